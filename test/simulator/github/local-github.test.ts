// The local GitHub refuses what GitHub refuses, in its words, and gives what GitHub gives.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  startLocalGitHub,
  type LocalGitHub,
  type TokenPermissions,
} from '../../../simulator/github/local-github.ts';

let github: LocalGitHub;
let token: string;

const ALL: TokenPermissions = {
  actions: 'write',
  checks: 'write',
  contents: 'write',
  metadata: 'read',
  pull_requests: 'write',
  repository_hooks: 'write',
};

beforeAll(async () => {
  github = await startLocalGitHub({ webhookTimeoutMs: 200 });
  for (const login of ['mona', 'octo']) github.createUser(login);
  token = github.createToken('octo', ALL);
});
afterAll(() => github.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(method: string, path: string, body?: unknown, withToken = token): Promise<Answer> {
  const answer = await fetch(path.startsWith('http') ? path : github.apiUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${withToken}`,
      'user-agent': 'test',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const received = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: received === '' ? undefined : JSON.parse(received),
  };
}

/** Runs `act` and returns what it added to the violations. */
async function violationsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = github.violations.length;
  await act();
  return github.violations.slice(before);
}

let count = 0;
async function createPull(change = 'a\nB\nc\n') {
  count += 1;
  const name = `repo-${count}`;
  const { fullName } = await github.createRepository('octo', name, { files: { 'a.txt': 'a\nb\nc\n' } });
  await github.commit(fullName, 'change', { message: 'Change', files: { 'a.txt': change } });
  const pull = await github.openPullRequest({
    repository: fullName,
    head: 'change',
    base: 'main',
    title: 'Change',
    author: 'mona',
  });
  return { fullName, pull, reviews: `/repos/${fullName}/pulls/${pull.number}/reviews` };
}

const comment = (more: Record<string, unknown> = {}) => ({
  path: 'a.txt',
  line: 2,
  side: 'RIGHT',
  body: 'x',
  ...more,
});
const review = (...comments: readonly unknown[]) => ({ body: 'Review', event: 'COMMENT', comments });

describe('who may do what', () => {
  test('no token, a wrong token, and a token without the right are refused', async () => {
    const { fullName, reviews } = await createPull();
    expect(await call('GET', `/repos/${fullName}`, undefined, 'ghp_nobody')).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    });
    const reader = github.createToken('mona', { pull_requests: 'read' });
    expect(await call('POST', reviews, review(), reader)).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
  });

  test('who may not read a private repository does not learn that it is there', async () => {
    await github.createRepository('octo', 'private', { private: true, files: { a: '1' } });
    const stranger = github.createToken('mona', ALL);
    expect((await call('GET', '/repos/octo/private', undefined, stranger)).status).toBe(404);
    expect((await call('GET', '/repos/octo/private')).status).toBe(200);
  });

  test('only apps write check runs', async () => {
    const { fullName, pull } = await createPull();
    const body = { name: 'Nectr', head_sha: pull.head.sha };
    expect((await call('POST', `/repos/${fullName}/check-runs`, body)).status).toBe(403);
    const job = github.createToken('github-actions[bot]', ALL);
    expect((await call('POST', `/repos/${fullName}/check-runs`, body, job)).status).toBe(201);
    expect((await call('GET', '/user', undefined, job)).status).toBe(403);
  });

  test('a token over its hourly limit is told when to come back', async () => {
    const { fullName } = await createPull();
    const small = github.createToken('octo', ALL, { limit: 1 });
    expect((await call('GET', `/repos/${fullName}`, undefined, small)).status).toBe(200);
    const refused = await call('GET', `/repos/${fullName}`, undefined, small);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
  });
});

describe('what a request must be', () => {
  test('an operation that is not served is a violation, not a 404', async () => {
    const said = await violationsOf(async () => {
      expect((await call('GET', '/repos/octo/x/topics')).status).toBe(501);
    });
    expect(said).toEqual([expect.stringContaining('does not serve GET /repos/octo/x/topics')]);
  });

  test('a field that the description does not name is refused', async () => {
    const { reviews } = await createPull();
    const said = await violationsOf(async () => {
      expect((await call('POST', reviews, { ...review(), verdict: 'good' })).status).toBe(422);
    });
    expect(said[0]).toContain('"verdict" is not a permitted key');
  });

  test.each([
    [
      '11 keys',
      Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`k${at}`, 1])),
      'No more than 10 properties',
    ],
    ['64 KB', { text: 'x'.repeat(64 * 1024) }, 'too large'],
  ])('a dispatch with %s is refused', async (_, client_payload, words) => {
    const { fullName } = await createPull();
    const answer = await call('POST', `/repos/${fullName}/dispatches`, { event_type: 'x', client_payload });
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining(words) } });
  });
});

describe('a review', () => {
  test('with a comment on a changed and on a context line is taken, and read back', async () => {
    const { fullName, pull, reviews } = await createPull();
    const posted = await call('POST', reviews, review(comment(), comment({ line: 1 })));
    expect(posted.status).toBe(200);
    expect(github.reviewComments(fullName, pull.number)).toMatchObject([
      { line: 2, diffHunk: '@@ -1,3 +1,3 @@\n a\n-b\n+B' },
      { line: 1 },
    ]);
    expect(await call('GET', reviews)).toMatchObject({ status: 200, body: [{ state: 'COMMENTED' }] });
  });

  test.each([
    ['a line outside the hunks', comment({ line: 400 }), 'Line could not be resolved'],
    ['a file that did not change', comment({ path: 'b.txt' }), 'Path could not be resolved'],
    ['an added line on the left', comment({ line: 9, side: 'LEFT' }), 'Line could not be resolved'],
    ['a start after the end', comment({ start_line: 3, start_side: 'RIGHT' }), 'must precede the end line'],
    ['an empty body', comment({ body: ' ' }), "Body can't be blank"],
    ['a body that is too long', comment({ body: 'x'.repeat(65_537) }), 'Body is too long'],
  ])('with one comment on %s is refused as a whole', async (_, bad, problem) => {
    const { fullName, pull, reviews } = await createPull();
    const answer = await call('POST', reviews, review(comment(), bad));
    expect(answer).toMatchObject({ status: 422, body: { errors: [expect.stringContaining(problem)] } });
    expect(github.reviews(fullName, pull.number)).toEqual([]);
    expect(github.reviewComments(fullName, pull.number)).toEqual([]);
  });

  test('of a commit that is not in the pull request is refused', async () => {
    const { reviews, pull } = await createPull();
    const answer = await call('POST', reviews, { ...review(), commit_id: pull.base.sha });
    expect(answer.status).toBe(422);
  });

  test('lists come in pages with links to the next', async () => {
    const { fullName, pull, reviews } = await createPull();
    for (let at = 0; at < 5; at += 1) github.createReview(fullName, pull.number, 'mona', `Review ${at}`);
    const first = await call('GET', `${reviews}?per_page=2`);
    expect(first.body).toHaveLength(2);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    expect((await call('GET', next ?? '')).body).toMatchObject([{ body: 'Review 2' }, { body: 'Review 3' }]);
    expect((await call('GET', `${reviews}?per_page=2&page=3`)).headers.get('link')).not.toContain(
      'rel="next"',
    );
  });
});

describe('a renamed repository', () => {
  test('answers its old name with 301 to its id, which works', async () => {
    const { fullName } = await createPull();
    github.renameRepository(fullName, `${fullName.split('/')[1]}-renamed`);
    const moved = await call('POST', `/repos/${fullName}/dispatches`, { event_type: 'x' });
    expect(moved.status).toBe(301);
    expect(moved.headers.get('location')).toContain('/repositories/');
    expect((await call('POST', moved.headers.get('location') ?? '', { event_type: 'x' })).status).toBe(204);
  });
});

const config = (url: string) => ({ url, content_type: 'json', secret: 'secret', insecure_ssl: '0' });

async function receive(answer: (count: number) => number) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      const status = answer(received.length);
      if (status > 0) response.writeHead(status).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { received, url, close };
}

describe('webhooks', () => {
  test('are signed over their bytes, keep their GUID when sent again, and are pinged when made', async () => {
    const { fullName } = await createPull();
    const { received, url, close } = await receive(() => 200);
    const made = await call('POST', `/repos/${fullName}/hooks`, {
      events: ['pull_request'],
      config: config(url),
    });
    expect(made).toMatchObject({ status: 201, body: { config: { secret: '********' } } });
    await github.settled();
    github.closePullRequest(fullName, 1);
    await github.settled();
    const [ping, closed] = github.deliveries(fullName);
    await github.redeliver(closed?.id ?? '');
    close();
    expect(ping).toMatchObject({ event: 'ping', statusCode: 200 });
    expect(received.map(({ headers }) => headers['x-github-event'])).toEqual([
      'ping',
      'pull_request',
      'pull_request',
    ]);
    for (const { headers, body } of received) {
      const expected = createHmac('sha256', 'secret').update(body).digest('hex');
      expect(headers['x-hub-signature-256']).toBe(`sha256=${expected}`);
    }
    expect(received[2]?.headers['x-github-delivery']).toBe(received[1]?.headers['x-github-delivery']);
    expect(received[2]?.body).toBe(received[1]?.body);
  });

  test('a second one with the same address is refused, and a wrong configuration too', async () => {
    const { fullName } = await createPull();
    const { url, close } = await receive(() => 200);
    const body = { events: ['pull_request'], config: config(url) };
    expect((await call('POST', `/repos/${fullName}/hooks`, body)).status).toBe(201);
    expect(await call('POST', `/repos/${fullName}/hooks`, body)).toMatchObject({
      status: 422,
      body: { errors: [{ message: 'Hook already exists on this repository' }] },
    });
    expect((await call('POST', `/repos/${fullName}/hooks`, { config: { url: 'ftp://x' } })).status).toBe(422);
    await github.settled();
    close();
  });

  test('an answer that does not come in time is a failed delivery, and nothing tries again', async () => {
    const { fullName } = await createPull();
    const { received, url, close } = await receive(() => 0);
    await call('POST', `/repos/${fullName}/hooks`, { events: ['pull_request'], config: config(url) });
    await github.settled();
    close();
    expect(github.deliveries(fullName)).toMatchObject([
      { event: 'ping', statusCode: 504, status: 'timed out' },
    ]);
    expect(received).toHaveLength(1);
  });
});

describe('failing on purpose', () => {
  const route = '/repos/{owner}/{repo}/dispatches';

  test('shows the status as often as told, then goes on', async () => {
    const { fullName } = await createPull();
    github.fail({ method: 'POST', route, status: 503, times: 2, headers: { 'retry-after': '3' } });
    const send = () => call('POST', `/repos/${fullName}/dispatches`, { event_type: 'x' });
    expect((await send()).headers.get('retry-after')).toBe('3');
    expect((await send()).status).toBe(503);
    expect((await send()).status).toBe(204);
  });

  test('can do the work and then cut the connection', async () => {
    const { fullName } = await createPull();
    const heard: string[] = [];
    const stop = github.onWorkflowTrigger(({ event }) => heard.push(event));
    github.fail({ method: 'POST', route, reset: 'after-accepting' });
    await expect(call('POST', `/repos/${fullName}/dispatches`, { event_type: 'x' })).rejects.toThrow(
      'fetch failed',
    );
    stop();
    expect(heard).toEqual(['repository_dispatch']);
  });
});

test('the address of a run leads to a page that says how it ended', async () => {
  const { fullName } = await createPull();
  const run = github.workflowRuns.create({
    fullName,
    name: 'Nectr',
    path: '.github/workflows/nectr.yml',
    displayTitle: 'Nectr review of <1>',
    event: 'repository_dispatch',
    headSha: 'a'.repeat(40),
    headBranch: 'main',
    actor: 'mona',
  });
  github.workflowRuns.update(run.id, { status: 'completed', conclusion: 'success' });
  const page = await fetch(`${github.url}/${fullName}/actions/runs/${run.id}`);
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<h1>Nectr review of &lt;1&gt;</h1>');
  expect(html).toContain('success');
  expect((await fetch(`${github.url}/${fullName}/actions/runs/1`)).status).toBe(404);
});

test('pages show a pull request with its review, and run nothing that was written into it', async () => {
  const { fullName, pull } = await createPull();
  github.createReview(
    fullName,
    pull.number,
    'mona',
    '**Bold** <script>alert(1)</script> <img src=x onerror=alert(1)>',
  );
  const page = await fetch(`${github.url}/${fullName}/pull/${pull.number}`);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(html).toContain('<strong>Bold</strong>');
  expect(html).not.toMatch(/<script|onerror/);
});
