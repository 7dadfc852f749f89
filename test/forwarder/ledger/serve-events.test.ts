import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WEBHOOK_PATH } from '../../../forwarder/webhook/serve-webhook.ts';
import { composePullRequest, deliver, REPOSITORY } from '../delivery.ts';
import { startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';

let forwarder: LocalForwarder;
const OTHER = { id: 4712, full_name: 'octo/Other' };

beforeAll(async () => {
  // A clock that stands still: nothing is tried a second time.
  const now = new Date('2026-11-23T10:00:00Z');
  forwarder = await startLocalForwarder({ now: () => now });
  for (const number of [1, 2, 3]) await deliver(forwarder.url, composePullRequest({ number }));
  await deliver(forwarder.url, composePullRequest({ number: 1, repository: OTHER }));
  await deliver(forwarder.url, { zen: 'Keep it logically awesome.', repository: OTHER }, { event: 'ping' });
});

afterAll(() => forwarder.close());

async function list(query: string) {
  const { status, body } = await forwarder.ask('GET', `/api/v1/events${query}`);
  const events = (body['events'] ?? []) as Record<string, unknown>[];
  return { status, body, ids: events.map(({ id }) => id), cursor: body['next_cursor'] as string | null };
}

describe('the ledger', () => {
  it('lists events newest first, with just these fields', async () => {
    const { ids, body, cursor } = await list('');
    expect([ids, cursor]).toEqual([[5, 4, 3, 2, 1], null]);
    expect((body['events'] as unknown[])[0]).toEqual({
      id: 5,
      delivery_id: expect.any(String),
      repo: 'octo/Other',
      repository_id: OTHER.id,
      event_type: 'ping',
      pull_request: null,
      head_sha: null,
      status: 'ignored',
      reason: 'ping starts no review',
      attempts: 0,
      run_url: null,
      received_at: '2026-11-23T10:00:00.000Z',
      dispatched_at: null,
      completed_at: '2026-11-23T10:00:00.000Z',
    });
  });

  it('goes page by page', async () => {
    const first = await list('?limit=2');
    expect(first.ids).toEqual([5, 4]);
    const second = await list(`?limit=2&cursor=${first.cursor}`);
    expect(second.ids).toEqual([3, 2]);
    const third = await list(`?limit=2&cursor=${second.cursor}`);
    expect([third.ids, third.cursor]).toEqual([[1], null]);
  });

  it('has no further page when the last one is full', async () => {
    expect(await list('?limit=5')).toMatchObject({ ids: [5, 4, 3, 2, 1], cursor: null });
  });

  it('is filtered by repository, in any case, and by status', async () => {
    expect((await list('?repo=OCTO/other')).ids).toEqual([5, 4]);
    expect((await list('?status=ignored')).ids).toEqual([5]);
    expect((await list(`?repo=${REPOSITORY.full_name}&status=ignored`)).ids).toEqual([]);
    expect((await list('?repo=&status=&cursor=&limit=')).ids).toHaveLength(5);
  });

  it('finds what came under a former name, and not what another repository has under it', async () => {
    let nowMs = Date.parse('2026-11-23T10:00:00Z');
    const renamed = await startLocalForwarder({ now: () => new Date((nowMs += 1000)) });
    const names = [
      { id: 1, full_name: 'octo/engine' },
      { id: 1, full_name: 'octo/motor' },
      { id: 2, full_name: 'octo/engine' },
    ];
    for (const [at, repository] of names.entries()) {
      await deliver(renamed.url, composePullRequest({ repository, number: at + 1 }));
    }
    const listIds = async (repo: string) => {
      const { body } = await renamed.ask('GET', `/api/v1/events?repo=${repo}`);
      return (body['events'] as { id: number }[]).map(({ id }) => id);
    };
    expect(await listIds('octo/motor')).toEqual([2, 1]);
    expect(await listIds('octo/engine')).toEqual([3]);
    await renamed.close();
  });

  it.each([
    ['limit=0', 'limit must be a whole number from 1 to 100'],
    ['limit=101', 'limit must be a whole number from 1 to 100'],
    ['limit=ten', 'limit must be a whole number from 1 to 100'],
    ['limit=1&limit=2', 'limit must be a whole number from 1 to 100'],
    ['repo=engine', 'repo must be OWNER/NAME'],
    ['rpo=octo/engine&statsu=failed', 'rpo, statsu is no parameter here'],
    ['cursor=xyz', 'cursor must be the next_cursor of the page before'],
    ['status=done', 'status must be one of pending, processing, completed, failed, ignored, superseded'],
    ['repo=x&limit=0', 'repo must be OWNER/NAME; limit must be a whole number from 1 to 100'],
  ])('answers ?%s with what is allowed', async (query, message) => {
    const { status, body } = await list(`?${query}`);
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: 'invalid_query', message },
    });
  });

  it('shows one event by its id', async () => {
    const { body } = await list('');
    expect((await forwarder.ask('GET', '/api/v1/events/5')).body).toEqual((body['events'] as unknown[])[0]);
  });

  it.each([
    ['99', 404, 'event_not_found'],
    ['0', 400, 'invalid_event_id'],
    ['one', 400, 'invalid_event_id'],
    ['1e3', 400, 'invalid_event_id'],
  ])('has no event %s', async (id, status, error) => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/redeliver'],
    ] as const) {
      const answer = await forwarder.ask(method, `/api/v1/events/${id}${path}`);
      expect([answer.status, answer.body['error']]).toEqual([status, error]);
    }
  });

  it('redelivers nothing that starts no review', async () => {
    const { status, body } = await forwarder.ask('POST', '/api/v1/events/5/redeliver');
    expect([status, body['error']]).toEqual([409, 'not_redeliverable']);
  });

  it('redelivers nothing that is under way', async () => {
    const { status, body } = await forwarder.ask('POST', '/api/v1/events/1/redeliver');
    expect([status, body['message']]).toEqual([
      409,
      expect.stringMatching(/^Event 1 is (pending|processing)/),
    ]);
  });
});

describe('what is at no address', () => {
  it.each(['/nothing', '/api/v1', '/api/v1/nothing', '/%zz', '/api/v1/repos/%zz/x/hooks'])(
    '%s is answered in JSON without a stack',
    async (path) => {
      const { status, body, headers } = await forwarder.ask('GET', path);
      expect([400, 404]).toContain(status);
      expect(body).toEqual({ error: expect.any(String), message: expect.any(String) });
      expect(JSON.stringify(body)).not.toMatch(/node_modules|\bat \//);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('has the headers that a refusal of the webhook has, too', async () => {
    const { status, headers } = await forwarder.ask('POST', WEBHOOK_PATH);
    expect(status).toBe(415);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
