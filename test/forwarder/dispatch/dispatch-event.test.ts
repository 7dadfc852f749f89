import { describe, expect, it } from '@jest/globals';
import { FAST_RETRIES, startLocalForwarder } from '../local-forwarder.ts';
import { recordDispatches, setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const DISPATCHES = '/repos/{owner}/{repo}/dispatches';

/** Stores one pull request's event, not connected, signed with the global secret. */
async function send(input = {}): Promise<unknown> {
  const { status, body } = await stage.scene.send(input);
  expect({ status, answer: body['status'] }).toEqual({ status: 200, answer: 'received' });
  return body['event_id'];
}

async function readWhen(id: unknown, isSo: (event: Record<string, unknown>) => boolean) {
  return waitFor(`event ${String(id)}`, async () => {
    const event = await stage.scene.readEvent(id);
    return isSo(event) && event;
  });
}

const readWhenDone = (id: unknown) => readWhen(id, ({ completed_at }) => completed_at !== null);

describe('a dispatch that GitHub takes', () => {
  it('completes the event', async () => {
    const event = await readWhenDone(await send());
    expect(event).toMatchObject({
      status: 'completed',
      reason: null,
      attempts: 1,
      run_url:
        stage.github.url +
        `/${stage.scene.repo}/actions/runs/${stage.github.workflowRuns.list(stage.scene.repo)[0]?.id}`,
      dispatched_at: expect.stringMatching(/Z$/),
    });
    expect(stage.scene.dispatches).toHaveLength(1);
  });

  it('goes out within milliseconds', async () => {
    await readWhenDone(await send({ number: 1 }));
    const { received_at, dispatched_at } = await readWhenDone(await send({ number: 2 }));
    expect(Date.parse(String(dispatched_at)) - Date.parse(String(received_at))).toBeLessThan(1000);
  });

  it('is made once for each of many pull requests', async () => {
    const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
    const ids = await Promise.all(numbers.map((number) => send({ number })));
    await Promise.all(ids.map(readWhenDone));
    expect(stage.scene.dispatches.map(({ pull_request }) => pull_request).toSorted((a, b) => a - b)).toEqual(
      numbers,
    );
  });

  it('follows a repository that was renamed, and remembers its new name', async () => {
    const { scene, github } = stage;
    await scene.connect();
    github.renameRepository(scene.repo, 'motor');
    const { body } = await scene.send();
    expect(await readWhenDone(body['event_id'])).toMatchObject({ status: 'completed', attempts: 1 });
    expect(scene.dispatches).toHaveLength(1);
    expect(scene.readConnections()).toMatchObject([{ full_name: 'ada/motor' }]);
  });

  it('finds a renamed repository by its id when another one took its old name', async () => {
    const { scene, github } = stage;
    await scene.connect();
    const [owner = '', name = ''] = scene.repo.split('/');
    github.renameRepository(scene.repo, `${name}-renamed`);
    const { id } = await github.createRepository(owner, name, { files: { a: 'a' } });
    const stranger = recordDispatches(github, id);
    const repository = { id: scene.repositoryId, full_name: `${scene.repo}-renamed` };
    const { body } = await scene.send({ repository });
    expect(await readWhenDone(body['event_id'])).toMatchObject({ status: 'completed' });
    expect([scene.dispatches.length, stranger.length]).toEqual([1, 0]);
  });

  it('goes to the repository that the id names, not to a name in the payload', async () => {
    const { scene } = stage;
    const victim = await stage.open();
    await scene.connect();
    const repository = { id: scene.repositoryId, full_name: victim.repo };
    const { body } = await scene.send({ repository });
    await waitFor('the dispatch', () => scene.dispatches.length > 0);
    expect(await scene.readEvent(body['event_id'])).toMatchObject({ repository_id: scene.repositoryId });
    expect(victim.dispatches).toEqual([]);
  });

  it('goes to the repository that the id names, also when the global secret signed the name of another', async () => {
    const { scene } = stage;
    const victim = await stage.open();
    const repository = { id: scene.repositoryId, full_name: victim.repo };
    const { body } = await scene.send({ repository });
    await waitFor('the dispatch', () => scene.dispatches.length + victim.dispatches.length > 0);
    expect(await scene.readEvent(body['event_id'])).toMatchObject({ repository_id: scene.repositoryId });
    expect([scene.dispatches.length, victim.dispatches.length]).toEqual([1, 0]);
  });
});

describe('a dispatch that fails for now', () => {
  it.each([
    ['500', { status: 500 }],
    ['502 in HTML', { status: 502, body: '<h1>Unicorn!</h1>' }],
    ['a cut connection', { reset: 'before' }],
  ] as const)('with %s is tried again', async (_, fault) => {
    stage.github.fail({ route: DISPATCHES, times: 2, ...fault });
    const event = await readWhenDone(await send());
    expect(event).toMatchObject({ status: 'completed', attempts: 3, reason: null });
    expect(stage.scene.dispatches).toHaveLength(1);
  });

  it('with silence is tried again after the deadline of the call', async () => {
    await stage.open({ githubTimeoutMs: 700 });
    await readWhenDone(await send({ number: 1 }));
    stage.github.fail({ route: DISPATCHES, hang: 'before' });
    expect(await readWhenDone(await send({ number: 2 }))).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('shows meanwhile that it waits, and why', async () => {
    await stage.open({ policy: { ...FAST_RETRIES, baseMs: 1e9, capMs: 1e9 } });
    stage.github.fail({ route: DISPATCHES, status: 503 });
    const event = await readWhen(await send(), ({ reason }) => reason !== null);
    expect(event).toMatchObject({
      status: 'pending',
      attempts: 1,
      reason: 'github_unavailable: 503 Service unavailable',
      dispatched_at: null,
    });
  });

  it('is given up after the last try, with the last reason', async () => {
    stage.github.fail({ route: DISPATCHES, times: FAST_RETRIES.maxFailures, status: 500 });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      attempts: FAST_RETRIES.maxFailures,
      reason: 'github_unavailable: 500 Server Error (given up after 4 tries)',
      dispatched_at: null,
    });
  });

  it('with 401 waits, and goes out with a token that works', async () => {
    stage.github.fail({ route: DISPATCHES, times: 2, status: 401 });
    expect(await readWhenDone(await send())).toMatchObject({ status: 'completed', attempts: 3 });
  });

  it('with 401 is the only bad login, also when no event has a connection that could be paused', async () => {
    await stage.open({ policy: { ...FAST_RETRIES, tokenWaitMs: 30_000 } });
    stage.github.fail({ route: DISPATCHES, status: 401 });
    await readWhen(await send({ number: 1 }), ({ reason }) => /github_token_rejected/.test(String(reason)));
    const { forwarder } = stage.scene;
    const second = await send({ number: 2 });
    // Whoever asks by hand wakes the dispatcher as well: by then it has looked.
    await forwarder.ask('POST', '/api/v1/events/redeliver');
    await waitFor(
      'the dispatcher to have looked',
      async () => (await forwarder.ask('GET', '/readyz')).status === 200,
    );
    expect(await stage.scene.readEvent(second)).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('with 401 to the end says that the token was refused', async () => {
    await stage.open({ policy: { ...FAST_RETRIES, maxAgeMs: 100 } });
    stage.github.revokeToken(stage.scene.token);
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^github_token_rejected: GitHub answers 401/),
    });
  });

  it('without a token waits for one, and says so', async () => {
    await stage.open({ environment: { GITHUB_TOKEN: '' } });
    const event = await readWhen(await send(), ({ reason }) => reason !== null);
    expect(event).toMatchObject({
      status: 'pending',
      reason: expect.stringMatching(/^github_token_missing: set GITHUB_TOKEN/),
    });
  });
});

const readPause = async () => {
  const { body } = await stage.scene.forwarder.ask('GET', '/api/v1/repos');
  return (body['repos'] as { paused: unknown }[])[0]?.paused;
};

describe('a dispatch that waits for a person', () => {
  const slow = { policy: { ...FAST_RETRIES, tokenWaitMs: 60_000, maxAgeMs: 3_600_000 } };

  it('with a refused token pauses the connection: other events burn no attempt', async () => {
    await stage.open(slow);
    await stage.scene.connect();
    stage.github.fail({ route: DISPATCHES, status: 401 });
    const id = await send({ number: 1 });
    await readWhen(id, ({ reason }) => reason !== null);
    const other = await send({ number: 2 });
    expect(await readPause()).toEqual({
      until: expect.stringMatching(/Z$/),
      reason: expect.stringMatching(/^github_token_rejected/),
    });
    expect(await stage.scene.readEvent(id)).toMatchObject({ status: 'pending', attempts: 1 });
    expect(await stage.scene.readEvent(other)).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it.each([
    ['403', { status: 403 }],
    ['404 although the repository is there', { status: 404 }],
  ] as const)('with %s pauses the connection and names the right', async (_, fault) => {
    await stage.open(slow);
    await stage.scene.connect();
    stage.github.fail({ route: DISPATCHES, ...fault });
    const event = await readWhen(await send(), ({ reason }) => reason !== null);
    expect(event).toMatchObject({
      status: 'pending',
      attempts: 1,
      reason: expect.stringMatching(/^github_permission_missing: .*Contents: write/),
    });
    expect(await readPause()).toMatchObject({ reason: event['reason'] });
  });

  it('goes on when the right is given, and the pause is over', async () => {
    await stage.scene.connect();
    stage.github.fail({ route: DISPATCHES, status: 403, times: 3 });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'completed',
      attempts: 4,
      reason: null,
    });
    expect(await readPause()).toBeNull();
  });

  it('is given up after a day, with the reason', async () => {
    await stage.open({ policy: { ...FAST_RETRIES, maxAgeMs: 100 }, permissions: { metadata: 'read' } });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^github_permission_missing: .*: still so after/),
    });
  });
});

describe('a dispatch at a rate limit', () => {
  it.each([
    ['403 and retry-after', { status: 403, headers: { 'retry-after': '0' } }],
    ['429 and retry-after', { status: 429, headers: { 'retry-after': '0' } }],
    ['429 alone', { status: 429 }],
    ['403 in words', { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } }],
    [
      '403 and nothing remaining',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } },
    ],
  ] as const)('of %s waits, and does not count that as a failure', async (_, fault) => {
    await stage.open({ policy: { ...FAST_RETRIES, maxFailures: 1, rateLimitWaitMs: 1 } });
    stage.github.fail({ route: DISPATCHES, ...fault });
    const event = await readWhenDone(await send());
    expect(event).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('waits as long as GitHub asks, all events together', async () => {
    stage.github.fail({ route: DISPATCHES, status: 403, headers: { 'retry-after': '50' } });
    const id = await send({ number: 1 });
    const event = await readWhen(id, ({ reason }) => reason !== null);
    const until =
      /^github_rate_limited: GitHub asks to wait until (.*)$/.exec(String(event['reason']))?.[1] ?? '';
    expect(Date.parse(until) - Date.now()).toBeGreaterThan(40_000);
    expect(event).toMatchObject({ status: 'pending', attempts: 1 });
    const other = await send({ number: 2 });
    expect(await stage.scene.readEvent(other)).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('is given up when GitHub asks for longer than an event may wait', async () => {
    stage.github.fail({ route: DISPATCHES, status: 403, headers: { 'retry-after': '100000' } });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^github_rate_limited: /),
    });
  });
});

describe('a dispatch that fails for good', () => {
  it.each([
    [410, 'repository_gone: 410 '],
    [451, 'repository_gone: 451 '],
    [422, 'github_refused: 422 Validation Failed'],
    [400, 'github_refused: 400 '],
  ])('with %d is not tried again', async (status, reason) => {
    stage.github.fail({ route: DISPATCHES, status });
    const event = await readWhenDone(await send());
    expect(event).toMatchObject({ status: 'failed', attempts: 1 });
    expect(String(event['reason']).slice(0, reason.length)).toBe(reason);
    expect(stage.scene.dispatches).toEqual([]);
  });

  it('because the repository is gone says so', async () => {
    stage.github.deleteRepository(stage.scene.repo);
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^repository_not_found: .*was deleted/),
    });
  });

  it('can be sent again from GitHub, and is dispatched then', async () => {
    stage.github.fail({ route: DISPATCHES, status: 422 });
    const options = { deliveryId: 'sent-twice' };
    const { body } = await stage.scene.send({}, options);
    await readWhenDone(body['event_id']);
    expect((await stage.scene.send({}, options)).body).toEqual(body);
    expect(await readWhenDone(body['event_id'])).toMatchObject({ status: 'completed', attempts: 2 });
    expect((await stage.scene.send({}, options)).body).toMatchObject({ status: 'duplicate_skipped' });
  });

  it('can be sent again by the admin, and is dispatched then', async () => {
    stage.github.fail({ route: DISPATCHES, status: 422 });
    const id = await send();
    await readWhenDone(id);
    const answer = await stage.scene.forwarder.ask('POST', `/api/v1/events/${String(id)}/redeliver`);
    expect(answer).toMatchObject({ status: 202, body: { id, status: 'pending', reason: null } });
    expect(await readWhenDone(id)).toMatchObject({ status: 'completed', attempts: 2 });
  });
});

describe('the log', () => {
  it('has no token, whatever failed', async () => {
    stage.github.fail({ route: DISPATCHES, times: 3, status: 500 });
    stage.github.fail({ route: DISPATCHES, reset: 'before' });
    await readWhenDone(await send());
    expect(stage.scene.forwarder.log.join('')).not.toContain(stage.scene.token);
  });
});

describe('a token that was replaced', () => {
  const policy = { ...FAST_RETRIES, tokenWaitMs: 5 * 60_000, maxAgeMs: 60 * 60_000 };

  it.each([
    ['of a connected repository', true],
    ['of a webhook made by hand', false],
  ])('starts at once with what the old one was refused: an event %s', async (_, isConnected) => {
    const { github } = stage;
    const scene = await stage.open({ policy });
    if (isConnected) await scene.connect();
    github.fail({ route: DISPATCHES, status: 401 });
    const { body } = await scene.send();
    await readWhen(body['event_id'], ({ reason }) => /github_token_rejected/.test(String(reason)));
    await scene.forwarder.stop();
    const token = github.createToken('ada', { contents: 'write', actions: 'read', metadata: 'read' });
    const { databasePath } = scene.forwarder;
    const environment = { GITHUB_TOKEN: token, GITHUB_API_URL: github.apiUrl };
    const next = await startLocalForwarder({ databasePath, policy, environment });
    try {
      await waitFor('the dispatch', () => scene.dispatches.length === 1);
    } finally {
      await next.close();
    }
    expect(scene.dispatches).toMatchObject([{ event_id: body['event_id'] }]);
  });
});
