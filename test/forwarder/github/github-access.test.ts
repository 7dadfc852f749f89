// A GitHub App instead of a token: the whole way of an event, and tokens that end.
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openGitHubAccess } from '../../../forwarder/github/github-access.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { setStage, type Scene } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const PERMISSIONS = {
  repository_hooks: 'write',
  contents: 'write',
  actions: 'read',
  metadata: 'read',
} as const;
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

afterEach(() => {
  jest.useRealTimers();
});

/** The clock alone: timers and sockets go on as they are. */
function takeClock(now: number): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

let apps = 0;

function readStatus(error: unknown): number {
  return (error as { readonly status: number }).status;
}

function createApp(): number {
  apps += 1;
  stage.github.createUser(`nectr-${apps}[bot]`, { type: 'Bot' });
  return stage.github.createApp({ slug: `nectr-${apps}`, publicKey: keys.publicKey });
}

async function openWithApp(appId: number, privateKey = keys.privateKey): Promise<Scene> {
  return stage.open({
    environment: { GITHUB_TOKEN: '', GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey },
  });
}

describe('a GitHub App', () => {
  it('connects, dispatches and follows as its installation', async () => {
    const appId = createApp();
    const scene = await openWithApp(appId);
    stage.github.installApp({ appId, repositories: [scene.repo], permissions: PERMISSIONS });
    expect((await scene.connect()).status).toBe(201);
    const { body } = await scene.send();
    const event = await waitFor('the run', async () => {
      const read = await scene.readEvent(body['event_id']);
      return read['status'] === 'completed' && read;
    });
    expect(event).toMatchObject({ reason: null, run_url: expect.stringContaining('/actions/runs/') });
    const by = stage.github.requests.filter(({ path }) => path.includes(`${scene.repo}/dispatches`));
    expect(by.map(({ login }) => login)).toEqual([`nectr-${apps}[bot]`]);
    expect(scene.forwarder.log.join('')).not.toContain('PRIVATE KEY');
  });

  it('that is not installed there says so', async () => {
    const scene = await openWithApp(createApp());
    expect(await scene.connect()).toMatchObject({ status: 404, body: { error: 'app_not_installed' } });
    expect(scene.readConnections()).toEqual([]);
  });

  it('whose key is not its own is refused in words that say so', async () => {
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const scene = await openWithApp(createApp(), other.privateKey);
    expect(await scene.connect()).toMatchObject({ status: 502, body: { error: 'github_token_rejected' } });
  });

  it('that was removed from a repository can still be disconnected from it', async () => {
    const appId = createApp();
    const scene = await openWithApp(appId);
    const id = stage.github.installApp({ appId, repositories: [scene.repo], permissions: PERMISSIONS });
    await scene.connect();
    stage.github.uninstallApp(id);
    await scene.forwarder.stop();
    const again = await stage.open({
      databasePath: scene.forwarder.databasePath,
      environment: {
        GITHUB_TOKEN: '',
        GITHUB_APP_ID: String(appId),
        GITHUB_APP_PRIVATE_KEY: keys.privateKey,
      },
    });
    const path = `/api/v1/repos/${scene.repo}/install`;
    expect((await again.forwarder.ask('DELETE', path)).status).toBe(200);
    expect((await again.forwarder.ask('DELETE', path)).status).toBe(404);
  });

  it.each([
    ['that has a token of the old installation', true],
    ['that has none yet', false],
  ])('that was removed and installed again goes on at once, for one %s', async (_, hasToken) => {
    const appId = createApp();
    const { repo } = stage.scene;
    const install = () => stage.github.installApp({ appId, repositories: [repo], permissions: PERMISSIONS });
    const id = install();
    const [owner = '', name = ''] = repo.split('/');
    const access = openGitHubAccess({
      credentials: { app: { appId: String(appId), privateKey: keys.privateKey } },
      apiUrl: stage.github.apiUrl,
      log: openLog('silent'),
      now: () => new Date(),
    });
    const read = async (): Promise<number> => {
      const { github } = await access.forRepository({ owner, repo: name });
      return (await github.request('GET /repos/{owner}/{repo}', { owner, repo: name })).status;
    };
    const startMs = Date.now();
    takeClock(startMs);
    const use = hasToken ? read : () => access.forRepository({ owner, repo: name });
    await use();
    stage.github.uninstallApp(id);
    // Octokit tries again for five seconds with a token that is younger.
    jest.setSystemTime(startMs + 6000);
    const newId = install();
    // Of a token that was taken back only its refusal tells.
    const readings = [await read().catch(readStatus), await read()];
    expect(readings).toEqual([hasToken ? 401 : 200, 200]);
    expect((await access.forRepository({ owner, repo: name })).tokenKey).toBe(`installation:${newId}`);
  });

  it('gets a new token before the old one ends', async () => {
    const appId = createApp();
    const { repo } = stage.scene;
    stage.github.installApp({ appId, repositories: [repo], permissions: PERMISSIONS });
    const startMs = Date.now();
    takeClock(startMs);
    const [owner = '', name = ''] = repo.split('/');
    const access = openGitHubAccess({
      credentials: { app: { appId: String(appId), privateKey: keys.privateKey } },
      apiUrl: stage.github.apiUrl,
      log: openLog('silent'),
      now: () => new Date(),
    });
    const countTokens = (): number =>
      stage.github.requests.filter(
        ({ route }) => route === '/app/installations/{installation_id}/access_tokens',
      ).length;
    const before = countTokens();
    const read = async (): Promise<number> => {
      const { github } = await access.forRepository({ owner, repo: name });
      return (await github.request('GET /repos/{owner}/{repo}', { owner, repo: name })).status;
    };
    expect([await read(), await read(), countTokens() - before]).toEqual([200, 200, 1]);
    // Its hour is over: the one that was kept would be refused with 401.
    jest.setSystemTime(startMs + 61 * 60_000);
    expect([await read(), countTokens() - before]).toEqual([200, 2]);
  });
});
