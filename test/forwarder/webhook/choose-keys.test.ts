import { beforeEach, describe, expect, it } from '@jest/globals';
import { GLOBAL_SECRET } from '../local-forwarder.ts';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();

describe('a connected repository', () => {
  beforeEach(async () => {
    await stage.scene.connect();
  });

  it('is believed with its own secret', async () => {
    expect((await stage.scene.send()).status).toBe(200);
  });

  it('is not believed with the global secret, under whatever webhook', async () => {
    for (const hookId of [stage.scene.hooks()[0]?.id ?? 0, 4711, 'none']) {
      expect((await stage.scene.send({}, { hookId, secret: GLOBAL_SECRET })).status).toBe(403);
    }
  });

  it('is not believed about another repository, in the words of any wrong signature', async () => {
    const wrong = await stage.scene.send({}, { secret: 'wrong' });
    const other = await stage.scene.send({ repository: { id: 4712, full_name: stage.scene.repo } });
    expect([other.status, other.body]).toEqual([403, wrong.body]);
  });

  it('is not believed under the id of an unknown webhook', async () => {
    expect((await stage.scene.send({}, { hookId: 4711 })).status).toBe(403);
  });

  it('names itself in the log when a signature is wrong', async () => {
    await stage.scene.send({}, { secret: 'wrong' });
    expect(stage.scene.forwarder.log.join('')).toContain(`Invalid webhook signature for ${stage.scene.repo}`);
  });
});

describe('a repository without a connection', () => {
  it('is believed with the global secret, under whatever webhook', async () => {
    for (const [index, hookId] of [4711, 'none', undefined].entries()) {
      const options = { secret: GLOBAL_SECRET, ...(hookId === undefined ? {} : { hookId }) };
      expect((await stage.scene.send({ number: index + 1 }, options)).status).toBe(200);
    }
  });
});

describe('a pull request of a connected repository', () => {
  it('is dispatched once, with ids and SHAs only', async () => {
    const { github, scene } = stage;
    await scene.connect();
    const change = { files: { 'README.md': 'Engine 2\n' }, message: 'Change', author: 'ada' };
    const head = await github.commit(scene.repo, 'feature', change);
    const input = { repository: scene.repo, head: 'feature', base: 'main', author: 'ada' };
    const pull = await github.openPullRequest({ ...input, title: 'A title that stays at home' });
    await waitFor('the dispatch', () => scene.dispatches.length > 0);
    await github.settled();
    expect(scene.dispatches).toEqual([
      {
        version: 1,
        event_id: expect.any(Number),
        delivery_id: github.deliveries(scene.repo).find(({ event }) => event === 'pull_request')?.guid,
        repository_id: scene.repositoryId,
        pull_request: pull.number,
        head_sha: head,
        base_sha: expect.stringMatching(/^[0-9a-f]{40}$/),
        action: 'opened',
        sent_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('from a fork is dispatched to the repository it was opened in', async () => {
    const { github, scene } = stage;
    await scene.connect();
    const forkName = (await github.fork(scene.repo, 'bob')).fullName;
    const head = await github.commit(forkName, 'patch', { files: { 'a.txt': 'a\n' }, message: 'Add a' });
    const input = { repository: scene.repo, head: 'bob:patch', base: 'main', title: 'From a fork' };
    await github.openPullRequest({ ...input, author: 'bob' });
    await waitFor('the dispatch', () => scene.dispatches.length > 0);
    expect(scene.dispatches).toMatchObject([{ head_sha: head, repository_id: scene.repositoryId }]);
  });
});
