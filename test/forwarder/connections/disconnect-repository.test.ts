import { describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const connect = () => stage.scene.connect();
const hooks = () => stage.scene.hooks();
const readRows = () => stage.scene.readConnections();
const disconnect = () => stage.scene.disconnect();

describe('disconnecting', () => {
  it('removes the webhook and forgets the secret', async () => {
    await connect();
    const { status, body } = await disconnect();
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'disconnected', repo: stage.scene.repo },
    });
    expect(hooks()).toEqual([]);
    expect(readRows()).toEqual([]);
  });

  it('of what is not connected is 404', async () => {
    expect(await disconnect()).toMatchObject({ status: 404, body: { error: 'not_connected' } });
    await connect();
    await disconnect();
    expect((await disconnect()).status).toBe(404);
  });

  it('counts as done when the webhook is gone on GitHub', async () => {
    await connect();
    hooks().splice(0);
    expect((await disconnect()).status).toBe(200);
  });

  it('counts as done when the repository is gone on GitHub', async () => {
    await connect();
    stage.github.deleteRepository(stage.scene.repo);
    expect((await disconnect()).status).toBe(200);
    expect(readRows()).toEqual([]);
  });

  it('finds a repository by its former name and by its new one', async () => {
    await connect();
    stage.github.renameRepository(stage.scene.repo, 'motor');
    expect((await disconnect()).body).toEqual({ status: 'disconnected', repo: 'ada/motor' });
    expect(stage.github.repository('ada/motor').hooks).toEqual([]);
  });

  it('that GitHub does not let happen keeps the connection', async () => {
    await connect();
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks/{hook_id}', method: 'DELETE', status: 503 });
    expect(await disconnect()).toMatchObject({ status: 502, body: { error: 'github_unavailable' } });
    expect(readRows()).toHaveLength(1);
  });

  it.each([
    ['not even list webhooks', 404],
    ['list webhooks only', undefined],
  ])('with a token that may %s keeps the connection, and says what is missing', async (_, listing) => {
    await connect();
    const hook = '/repos/{owner}/{repo}/hooks/{hook_id}';
    stage.github.fail({ route: hook, method: 'DELETE', status: 404 });
    if (listing) stage.github.fail({ route: '/repos/{owner}/{repo}/hooks', method: 'GET', status: listing });
    expect(await disconnect()).toMatchObject({ status: 403, body: { error: 'webhooks_permission_missing' } });
    expect([readRows().length, hooks().length]).toEqual([1, 1]);
    expect((await disconnect()).status).toBe(200);
  });

  it('withdraws what still waits', async () => {
    await connect();
    stage.github.fail({
      route: '/repos/{owner}/{repo}/dispatches',
      status: 403,
      headers: { 'retry-after': '50' },
    });
    const { body } = await stage.scene.send();
    const readEvent = () => stage.scene.readEvent(body['event_id']);
    await waitFor('the rate limit', async () => (await readEvent())['reason'] !== null);
    await disconnect();
    expect(await readEvent()).toMatchObject({
      status: 'superseded',
      reason: 'withdrawn: the repository was disconnected',
    });
  });

  it('leaves nothing that could be sent again before it is connected again', async () => {
    await connect();
    const { body } = await stage.scene.send();
    const eventId = String(body['event_id']);
    await waitFor('the run', async () => (await stage.scene.readEvent(eventId))['status'] === 'completed');
    await disconnect();
    const redeliver = () => stage.scene.forwarder.ask('POST', `/api/v1/events/${eventId}/redeliver`);
    expect(await redeliver()).toMatchObject({
      status: 409,
      body: { error: 'not_connected', message: expect.stringMatching(/connect it first/) },
    });
    await connect();
    expect(await redeliver()).toMatchObject({ status: 202 });
    await waitFor('the second dispatch', () => stage.scene.dispatches.length === 2);
  });

  it('makes deliveries of the webhook unknown', async () => {
    await connect();
    const [hook] = hooks();
    await disconnect();
    const answer = await stage.scene.send({}, { secret: hook?.secret ?? '', hookId: hook?.id ?? 0 });
    expect(answer.status).toBe(403);
  });
});
