import { describe, expect, it } from '@jest/globals';
import { deliver } from '../delivery.ts';
import { startLocalForwarder } from '../local-forwarder.ts';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const DELIVERY = '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}';
const DELIVERIES = '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries';

/** A pull request from a branch of its own, opened while the forwarder's webhook leads nowhere. */
async function openUnheard(branch: string): Promise<number> {
  const { github, repo } = stage.scene;
  const [hook] = stage.scene.hooks();
  if (!hook) throw new Error('connect first');
  const { url } = hook;
  hook.url = 'http://127.0.0.1:9/';
  await github.commit(repo, branch, { files: { [`${branch}.md`]: branch }, message: branch });
  const pull = { repository: repo, head: branch, base: 'main', title: branch, author: 'ada' };
  const { number } = await github.openPullRequest(pull);
  await github.settled();
  hook.url = url;
  return number;
}

const reconcile = () => stage.scene.forwarder.ask('POST', '/api/v1/reconcile');

async function listEvents(): Promise<Record<string, unknown>[]> {
  const { body } = await stage.scene.forwarder.ask('GET', '/api/v1/events?limit=100');
  return body['events'] as Record<string, unknown>[];
}

const dispatched = () => stage.scene.dispatches.map(({ pull_request }) => pull_request);

describe('deliveries that never arrived', () => {
  it('are taken in as if they had come, and dispatched', async () => {
    await stage.scene.connect();
    const numbers = [await openUnheard('one'), await openUnheard('two')];
    expect(dispatched()).toEqual([]);
    const { status, body } = await reconcile();
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'reconciled', repositories: 1, deliveries: 2, problems: [] },
    });
    await waitFor('the dispatches', () => stage.scene.dispatches.length === 2);
    expect(dispatched().toSorted((a, b) => a - b)).toEqual(numbers);
    const guid = stage.github.deliveries(stage.scene.repo).at(-1)?.guid;
    const taken = (await listEvents()).find(({ delivery_id }) => delivery_id === guid);
    expect(taken).toMatchObject({
      event_type: 'opened_pull_request',
      repo: stage.scene.repo,
      repository_id: stage.scene.repositoryId,
    });
  });

  it('are fetched from a repository that was renamed, also when another one took its name', async () => {
    const { scene, github } = stage;
    await scene.connect();
    await openUnheard('moved');
    const [owner = '', name = ''] = scene.repo.split('/');
    github.renameRepository(scene.repo, `${name}-moved`);
    await github.createRepository(owner, name, { files: { a: 'a' } });
    expect((await reconcile()).body).toMatchObject({ deliveries: 1, problems: [] });
    expect(scene.readConnections()).toMatchObject([{ full_name: `${scene.repo}-moved` }]);
    await waitFor('the dispatch', () => scene.dispatches.length === 1);
  });

  it('are fetched by ids that no JavaScript number holds', async () => {
    await stage.scene.connect();
    await openUnheard('large');
    expect(BigInt(stage.github.deliveries(stage.scene.repo).at(-1)?.id ?? 0)).toBeGreaterThan(2n ** 53n);
    expect((await reconcile()).body).toMatchObject({ deliveries: 1 });
  });

  it('are taken in once, however often it is looked for them, and left alone when they come late', async () => {
    await stage.scene.connect();
    await openUnheard('once');
    await reconcile();
    expect((await reconcile()).body).toMatchObject({ deliveries: 0 });
    const missed = stage.github.deliveries(stage.scene.repo).at(-1);
    const late = await stage.github.redeliver(missed?.id ?? '');
    expect(JSON.parse(late.response.body)).toMatchObject({ status: 'duplicate_skipped' });
    await waitFor('the dispatch', () => stage.scene.dispatches.length === 1);
  });

  it('come in their order: only the newest head of a pull request is dispatched', async () => {
    await stage.scene.connect();
    const [hook] = stage.scene.hooks();
    await openUnheard('moving');
    const { url = '' } = hook ?? {};
    if (hook) hook.url = 'http://127.0.0.1:9/';
    const change = { files: { 'moving.md': 'again' }, message: 'again' };
    const sha = await stage.github.commit(stage.scene.repo, 'moving', change);
    await stage.github.settled();
    if (hook) hook.url = url;
    expect((await reconcile()).body).toMatchObject({ deliveries: 2 });
    await waitFor('the dispatch', () => stage.scene.dispatches.length > 0);
    const missed = (await listEvents()).filter(({ pull_request }) => pull_request !== null);
    expect(missed).toHaveLength(2);
    expect(missed.filter(({ status }) => status === 'superseded')).toHaveLength(1);
    expect(stage.scene.dispatches.map(({ head_sha }) => head_sha)).toEqual([sha]);
  });

  it('that the ledger has under another id are remembered, and not fetched again', async () => {
    await stage.open({ conclusion: null });
    await stage.scene.connect();
    const number = await openUnheard('known');
    const missed = stage.github.deliveries(stage.scene.repo).at(-1);
    // The same body came before, as if it had been sent again by hand.
    const body = Buffer.from(missed?.request.body ?? '');
    const { url } = stage.scene.forwarder;
    const [hook] = stage.scene.hooks();
    const options = { deliveryId: 'by-hand', hookId: hook?.id ?? 0, secret: hook?.secret ?? '' };
    expect((await deliver(url, body, options)).body).toMatchObject({ status: 'received' });
    const listFetched = () => stage.github.requests.filter(({ route }) => route === DELIVERY);
    const before = listFetched().length;
    await reconcile();
    await reconcile();
    expect(listFetched()).toHaveLength(before + 1);
    await waitFor('the dispatch', () => dispatched().length > 0);
    expect(dispatched()).toEqual([number]);
  });

  it('of the time that the service was stopped are fetched at the next start', async () => {
    await stage.scene.connect();
    await openUnheard('asleep');
    await stage.scene.forwarder.stop();
    const { databasePath } = stage.scene.forwarder;
    const { token, repositoryId } = stage.scene;
    const next = await startLocalForwarder({
      databasePath,
      environment: { GITHUB_TOKEN: token, GITHUB_API_URL: stage.github.apiUrl },
    });
    const event = await waitFor('the event', async () => {
      const { body } = await next.ask('GET', '/api/v1/events');
      return (body['events'] as Record<string, unknown>[]).find(({ pull_request }) => pull_request !== null);
    });
    expect(event).toMatchObject({ repository_id: repositoryId, event_type: 'opened_pull_request' });
    await next.close();
  });

  it('are looked for again and again', async () => {
    await stage.open({ reconcileEveryMs: 30 });
    await stage.scene.connect();
    const number = await openUnheard('soon');
    await waitFor('the dispatch', () => dispatched().length > 0);
    expect(dispatched()).toEqual([number]);
  });

  it('are all found, also when there are more than a page of them', async () => {
    await stage.scene.connect();
    const [hook] = stage.scene.hooks();
    const { url = '' } = hook ?? {};
    if (hook) hook.url = 'http://127.0.0.1:9/';
    for (let at = 0; at < 120; at += 1) stage.github.openIssue(stage.scene.repo, 'ada', `issue ${at}`);
    await stage.github.settled();
    if (hook) hook.url = url;
    expect((await reconcile()).body).toMatchObject({ deliveries: 120 });
  });

  it('are counted', async () => {
    await stage.scene.connect();
    await openUnheard('counted');
    await reconcile();
    const metrics = await (await fetch(`${stage.scene.forwarder.url}/metrics`)).text();
    expect(metrics).toMatch(/^nectr_reconciled_total 1$/m);
    expect(metrics).toMatch(/^nectr_github_rate_limit_remaining\{resource="core"\} 4\d{3}$/m);
  });
});

describe('a repository that cannot be looked at', () => {
  it('is told, and the others are looked at all the same', async () => {
    await stage.scene.connect();
    await openUnheard('visible');
    stage.github.fail({ route: DELIVERIES, status: 403 });
    expect((await reconcile()).body).toMatchObject({
      deliveries: 0,
      problems: [expect.stringContaining(`${stage.scene.repo}: 403`)],
    });
    expect((await reconcile()).body).toMatchObject({ deliveries: 1, problems: [] });
  });

  it('is not held up by a delivery that GitHub no longer shows', async () => {
    await stage.scene.connect();
    const number = await openUnheard('shown');
    await openUnheard('lost');
    stage.github.fail({ route: DELIVERY, status: 404 });
    expect((await reconcile()).body).toMatchObject({ problems: [] });
    await waitFor('the dispatch', () => dispatched().length > 0);
    expect(dispatched()).toEqual([number]);
    expect((await reconcile()).body).toMatchObject({ deliveries: 0 });
  });

  it('waits when little is left of the hour, also in the middle, and goes on when there is more', async () => {
    await stage.scene.connect();
    const number = await openUnheard('later');
    await openUnheard('lost');
    const headers = {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '10',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3),
    };
    stage.github.fail({ route: DELIVERY, status: 404, headers });
    const before = stage.github.requests.filter(({ route }) => route === DELIVERY).length;
    expect((await reconcile()).body).toMatchObject({
      deliveries: 0,
      problems: [expect.stringContaining('little is left of the hour')],
    });
    expect(stage.github.requests.filter(({ route }) => route === DELIVERY)).toHaveLength(before + 1);
    await waitFor('the next hour', async () => (await reconcile()).body['deliveries'] === 1);
    await waitFor('the dispatch', () => dispatched().length > 0);
    expect(dispatched()).toEqual([number]);
  });

  it('does not stop what it has begun: what was taken in stays, the rest comes next time', async () => {
    await stage.scene.connect();
    await openUnheard('first');
    await openUnheard('second');
    stage.github.fail({ route: DELIVERY, status: 500, after: 1 });
    expect((await reconcile()).body).toMatchObject({ problems: [expect.stringContaining('500')] });
    expect((await reconcile()).body).toMatchObject({ deliveries: 1, problems: [] });
  });
});

it('without a token there is nothing to fetch with', async () => {
  await stage.open({ environment: { GITHUB_TOKEN: '' } });
  expect(await reconcile()).toMatchObject({ status: 409, body: { error: 'github_token_missing' } });
});
