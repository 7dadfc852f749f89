import { expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const DISPATCHES = '/repos/{owner}/{repo}/dispatches';

async function fail(input = {}): Promise<unknown> {
  stage.github.fail({ route: DISPATCHES, status: 422 });
  const { body } = await stage.scene.send(input);
  await waitFor(
    'the failure',
    async () => (await stage.scene.readEvent(body['event_id']))['status'] === 'failed',
  );
  return body['event_id'];
}

const redeliver = (query = '') => stage.scene.forwarder.ask('POST', `/api/v1/events/redeliver${query}`);

it('all that failed are dispatched again, the newest of each pull request', async () => {
  await fail({ number: 1, head: 'a' });
  const newest = await fail({ number: 1, head: 'c', updatedAt: '2026-11-23T10:00:01Z' });
  const other = await fail({ number: 2 });
  const { status, body } = await redeliver();
  expect({ status, body }).toEqual({
    status: 202,
    body: { status: 'queued', queued: [other, newest], refused: 1 },
  });
  await waitFor('the dispatches', () => stage.scene.dispatches.length === 2);
  expect(stage.scene.dispatches.map(({ event_id }) => event_id).toSorted((a, b) => a - b)).toEqual([
    newest,
    other,
  ]);
});

it('or those of one repository', async () => {
  await fail();
  expect((await redeliver('?repo=octo/another')).body).toEqual({ status: 'queued', queued: [], refused: 0 });
  expect((await redeliver(`?repo=${stage.scene.repo}`)).body['queued']).toHaveLength(1);
  expect((await redeliver('?repo=x')).status).toBe(400);
});
