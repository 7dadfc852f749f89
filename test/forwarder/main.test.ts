import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleOnce } from './bundle-once.ts';
import { composePullRequest, deliver, sign } from './delivery.ts';
import { ADMIN_TOKEN, ask, GLOBAL_SECRET } from './local-forwarder.ts';
import { setStage } from './stage.ts';
import { waitFor } from './wait-for.ts';

/** What `npm run forwarder` starts. The container has it bundled, as most tests here start it. */
const MAIN = fileURLToPath(new URL('../../forwarder/main.ts', import.meta.url));
const DISPATCHES = '/repos/{owner}/{repo}/dispatches';
const stage = setStage();
const children: ChildProcess[] = [];
let folder: string;
let bundled: string;

beforeAll(async () => {
  bundled = await bundleOnce();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-main-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(folder, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}, args: readonly string[] = [], main = bundled) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      PORT: '0',
      HOST: '127.0.0.1',
      ADMIN_TOKEN,
      GITHUB_WEBHOOK_SECRET: GLOBAL_SECRET,
      GITHUB_TOKEN: stage.scene.token,
      GITHUB_API_URL: stage.github.apiUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: string[] = [];
  child.stdout
    .setEncoding('utf8')
    .on('data', (chunk: string) => lines.push(...chunk.split('\n').filter(Boolean)));
  const errors = text(child.stderr);
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as const);
  return { child, lines, errors, ended };
}

async function startListening(
  environment: Record<string, string> = {},
  args: readonly string[] = [],
  main?: string,
) {
  const running = start(environment, args, main);
  const line = await waitFor('the forwarder to listen', () =>
    running.lines.find((each) => each.includes('"listening"')),
  );
  const listening = JSON.parse(line) as Record<string, unknown>;
  return { ...running, listening, url: String(listening['url']) };
}

async function readEvent(url: string, id: unknown) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return (await ask(`${url}/api/v1/events/${String(id)}`, { headers })).body;
}

const composePayload = (number = 7) =>
  composePullRequest({ number, repository: { id: stage.scene.repositoryId, full_name: stage.scene.repo } });

describe('the start', () => {
  it('is told in one line, with what is configured instead of secrets', async () => {
    const { listening, lines } = await startListening({}, [], MAIN);
    expect(listening).toMatchObject({
      msg: 'listening',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      database: 'sqlite:./data/nectr.db',
      app_env: 'production',
      github_token_configured: true,
      github_webhook_secret_configured: true,
      admin_token_configured: true,
    });
    const log = lines.join('\n');
    for (const secret of [ADMIN_TOKEN, GLOBAL_SECRET, stage.scene.token]) expect(log).not.toContain(secret);
  });

  it('in development warns that signatures are not checked', async () => {
    const { lines } = await startListening({ APP_ENV: 'development' });
    expect(lines.join('\n')).toContain('SIGNATURES OF DELIVERIES ARE NOT CHECKED');
  });

  it('with a wrong environment tells all problems on standard error and ends with 1', async () => {
    const { errors, ended, lines } = start({ PORT: 'x', ADMIN_TOKEN: 'hunter2', LOG_LEVEL: 'loud' });
    expect((await ended).code).toBe(1);
    const problems = await errors;
    expect(problems.split('\n').filter((line) => line.startsWith('  - '))).toHaveLength(3);
    expect(problems).not.toContain('hunter2');
    expect(lines).toEqual([]);
  });

  it('on a port that is taken says so and ends with 1', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { errors, ended } = start({ PORT: String(port) });
    expect((await ended).code).toBe(1);
    expect(await errors).toMatch(
      new RegExp(`^Nectr cannot start: HOST 127.0.0.1, PORT ${port}: cannot listen there: .*EADDRINUSE`),
    );
    server.close();
  });

  it('with a database that cannot be opened says so and ends with 1', async () => {
    const { errors, ended } = start({ DATABASE_URL: `sqlite:${MAIN}/nectr.db` });
    expect((await ended).code).toBe(1);
    expect(await errors).toMatch(/^Nectr cannot start: The database .*main\.ts\/nectr\.db cannot be used: /);
  });
});

/** GitHub has the request, and has not answered it. */
const isUnderWay = () =>
  stage.github.requests.some(
    ({ path, status }) => path === `/repos/${stage.scene.repo}/dispatches` && status === 0,
  );

async function expectOneDispatch(eventId: unknown): Promise<void> {
  const { url } = await startListening();
  const event = await waitFor('the dispatch', async () => {
    const read = await readEvent(url, eventId);
    return read['dispatched_at'] !== null && read;
  });
  expect(event['status']).toMatch(/processing|completed/);
  expect(stage.scene.dispatches).toMatchObject([{ event_id: eventId, pull_request: 7 }]);
  expect((await deliver(url, composePayload())).body).toMatchObject({ status: 'duplicate_skipped' });
}

describe('kill -9 after the 200', () => {
  it('while GitHub keeps the dispatch waiting loses nothing: the next start dispatches once', async () => {
    stage.github.fail({ route: DISPATCHES, hang: 'before' });
    const { child, url, ended } = await startListening();
    const { body } = await deliver(url, composePayload());
    await waitFor('the dispatch under way', isUnderWay);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(stage.scene.dispatches).toEqual([]);
    await expectOneDispatch(body['event_id']);
  });

  it('while GitHub cannot be reached loses nothing: the next start dispatches once', async () => {
    const { child, url, ended } = await startListening({ GITHUB_API_URL: 'http://127.0.0.1:9' });
    const { body } = await deliver(url, composePayload());
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    await expectOneDispatch(body['event_id']);
  });
});

describe('--poll', () => {
  it('needs no address that GitHub reaches: what happens is fetched, and dispatched', async () => {
    const { github, scene } = stage;
    const { url, lines } = await startListening({}, ['--poll']);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const connected = await ask(`${url}/api/v1/repos/${scene.repo}/install`, { method: 'POST', headers });
    expect(connected).toMatchObject({ status: 201, body: { status: 'connected', ping: 'received' } });
    expect(scene.hooks()).toMatchObject([{ url: 'https://nectr.invalid/api/v1/webhooks/github' }]);
    await github.commit(scene.repo, 'topic', { files: { topic: 'x' }, message: 'x' });
    const pull = { repository: scene.repo, head: 'topic', base: 'main', title: 'x', author: 'ada' };
    const { number } = await github.openPullRequest(pull);
    await waitFor('the dispatch', () => scene.dispatches.length > 0, 20_000);
    expect(scene.dispatches).toMatchObject([{ pull_request: number }]);
    expect(lines.join('\n')).toContain('"polling":true');
  });

  it('and other options are checked', async () => {
    const { errors, ended } = start({}, ['--pol']);
    expect((await ended).code).toBe(1);
    expect(await errors).toMatch(
      /^Nectr cannot start: Unknown option '--pol'.*\nusage: npm run forwarder -- /,
    );
  });
});

describe('SIGTERM', () => {
  it('ends with 0', async () => {
    const { child, ended, lines } = await startListening();
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(lines.at(-1)).toContain('"stopped"');
  });

  it('ends one that waits for another one to end', async () => {
    await startListening();
    const { child, ended, lines } = start();
    await waitFor('the second to wait', () => lines.some((line) => line.includes('waiting for its end')));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(lines.some((line) => line.includes('"listening"'))).toBe(false);
  });

  it('finishes the dispatch under way, and takes nothing new', async () => {
    const { github, scene } = stage;
    github.fail({ route: DISPATCHES, hang: 'before', ms: 700 });
    const { child, ended, url } = await startListening();
    await deliver(url, composePayload());
    await waitFor('the dispatch under way', isUnderWay);
    child.kill('SIGTERM');
    await waitFor('the port to close', async () => (await fetch(url).catch(() => 'closed')) === 'closed');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(scene.dispatches).toHaveLength(1);
  });

  it('finishes a delivery that is still being sent', async () => {
    const { child, ended, url, lines } = await startListening();
    const body = Buffer.from(JSON.stringify(composePayload()));
    const answer = await sendInTwo(url, body, async () => {
      child.kill('SIGTERM');
      await waitFor('the signal', () => lines.some((line) => line.includes('"stopping"')));
    });
    expect(answer).toBe(200);
    expect((await ended).code).toBe(0);
  });
});

/** The server has asked for the body when `between` runs. Returns the status. */
function sendInTwo(url: string, body: Buffer, between: () => Promise<void>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.byteLength,
      'x-github-event': 'pull_request',
      'x-github-delivery': 'in-two',
      'x-hub-signature-256': sign(body, GLOBAL_SECRET),
      expect: '100-continue',
    };
    const sending = request(`${url}/api/v1/webhooks/github`, { method: 'POST', headers, agent: false });
    sending.once('continue', () => {
      sending.write(body.subarray(0, 100));
      between().then(() => sending.end(body.subarray(100)), reject);
    });
    sending.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sending.once('error', reject);
    sending.flushHeaders();
  });
}
