import { expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();

async function listAudit(query = ''): Promise<{ entries: Record<string, unknown>[]; next: unknown }> {
  const { status, body } = await stage.scene.forwarder.ask('GET', `/api/v1/audit${query}`);
  expect(status).toBe(200);
  return { entries: body['entries'] as Record<string, unknown>[], next: body['next_cursor'] };
}

it('every change that is asked for is written down, with how it ended', async () => {
  const { scene } = stage;
  await scene.connect();
  await scene.forwarder.ask('POST', `/api/v1/repos/${scene.repo}/rotate`);
  const { body } = await scene.send();
  await waitFor('the run', async () => (await scene.readEvent(body['event_id']))['status'] === 'completed');
  await scene.forwarder.ask('POST', `/api/v1/events/${String(body['event_id'])}/redeliver`);
  await scene.forwarder.ask('POST', '/api/v1/events/999/redeliver');
  await scene.forwarder.ask('POST', '/api/v1/reconcile');
  await scene.disconnect();
  await scene.disconnect();
  const { entries } = await listAudit();
  const facts = entries.map(({ action, repo, event_id, outcome }) => [action, repo ?? event_id, outcome]);
  expect(facts).toEqual([
    ['disconnect', scene.repo, 'not_connected'],
    ['disconnect', scene.repo, 'done'],
    ['reconcile', null, 'done'],
    ['redeliver', 999, 'event_not_found'],
    ['redeliver', body['event_id'], 'done'],
    ['rotate', scene.repo, 'done'],
    ['connect', scene.repo, 'done'],
  ]);
  expect(entries[0]).toMatchObject({
    at: expect.stringMatching(/Z$/),
    address: expect.stringMatching(/127/),
  });
  expect(scene.forwarder.log.filter((line) => line.includes('"audit"'))).toHaveLength(7);
});

it('the log is read page by page', async () => {
  for (let at = 0; at < 3; at += 1) await stage.scene.disconnect();
  const first = await listAudit('?limit=2');
  expect(first.entries.map(({ id }) => id)).toEqual([3, 2]);
  const second = await listAudit(`?limit=2&cursor=${String(first.next)}`);
  expect({ ids: second.entries.map(({ id }) => id), next: second.next }).toEqual({ ids: [1], next: null });
});

it('the log is for the admin only', async () => {
  for (const path of ['/api/v1/audit', '/api/v1/events/redeliver']) {
    expect((await stage.scene.forwarder.ask(path.endsWith('audit') ? 'GET' : 'POST', path, {})).status).toBe(
      401,
    );
  }
  expect((await stage.scene.forwarder.ask('POST', '/api/v1/reconcile', {})).status).toBe(401);
});

it('believes X-Forwarded-For only of proxies that it was told of', async () => {
  const headers = {
    authorization: 'Bearer admin-token-of-the-tests-0123456789',
    'x-forwarded-for': '203.0.113.9',
  };
  const ask = async (): Promise<unknown> => {
    await stage.scene.forwarder.ask('POST', '/api/v1/reconcile', headers);
    return (await listAudit()).entries[0]?.['address'];
  };
  expect(await ask()).toMatch(/127\.0\.0\.1$/);
  await stage.open({ environment: { TRUST_PROXY: 'loopback' } });
  expect(await ask()).toBe('203.0.113.9');
});
