// What the store decides about deliveries, duplicates, order and leases: the same facts on every database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FollowedEvent, NewEvent } from '../../../forwarder/inbox/event.ts';
import type { Inbox } from '../../../forwarder/inbox/inbox.ts';
import { openInbox, type Database } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { WANTED, DATABASES, startDatabases, type DatabaseServer } from './stores.ts';

let inbox: Inbox;
let nowMs: number;
let counter: number;

const HOUR_MS = 60 * 60 * 1000;
const now = (): Date => new Date(nowMs);
const lease = (owner = 'me', ms = 60_000) => ({ owner, until: new Date(nowMs + ms) });

interface Input {
  readonly effect?: 'dispatch' | 'withdraw';
  readonly head?: string;
  readonly at?: string;
  readonly pullRequest?: number;
  readonly repositoryId?: number;
  readonly deliveryId?: string;
  readonly bodyDigest?: string;
}

function compose({ effect = 'dispatch', head = 'a', at = '10:00:00', ...input }: Input = {}): NewEvent {
  counter += 1;
  const repositoryId = input.repositoryId ?? 1;
  // With the first head it was opened, the others were pushed.
  const pushed = head === 'a' ? 'opened' : 'synchronize';
  const action = effect === 'dispatch' ? pushed : 'closed';
  return {
    deliveryId: input.deliveryId ?? `delivery-${counter}`,
    bodyDigest: input.bodyDigest ?? `digest-${counter}`,
    eventType: `${action}_pull_request`,
    action,
    repo: 'octo/app',
    repositoryId,
    effect,
    facts: {
      repositoryId,
      pullRequest: input.pullRequest ?? 7,
      headSha: head.repeat(40),
      baseSha: 'b'.repeat(40),
      updatedAt: `2026-11-23T${at}.000Z`,
    },
  };
}

const store = (input?: Input) => inbox.events.store(compose(input), {}, now());
const storeFetched = (input: Input) => inbox.events.store(compose(input), { isFetched: true }, now());
const statusOf = async (id: number) => (await inbox.events.read(id))?.status;
const reasonOf = async (id: number) => (await inbox.events.read(id))?.reason;
const claim = async (owner = 'me') =>
  (await inbox.events.claim(lease(owner), { ...WANTED, limit: 10 }, now())).map(({ id }) => id);

/** Its dispatch was taken. */
const dispatch = async (id: number): Promise<void> => {
  await claim();
  expect(await inbox.events.dispatched(id, 'me', now())).toBe(true);
};

const readFollowed = async (id: number): Promise<FollowedEvent> => {
  const event = (await inbox.events.listFollowed()).find((each) => each.id === id);
  if (!event) throw new Error(`event ${id} is not followed`);
  return event;
};

/** Its run ended well. */
const finish = async (id: number): Promise<void> => {
  await dispatch(id);
  expect(await inbox.events.endRun(await readFollowed(id), { kind: 'completed' }, now())).toBe(true);
};

describe.each(DATABASES)('on %s', (kind) => {
  let server: DatabaseServer;
  let database: Database;

  beforeAll(async () => {
    server = await startDatabases(kind);
    database = await server.create();
  });
  afterAll(async () => {
    await server.close();
  });
  beforeEach(async () => {
    database = await server.renew(database);
    inbox = await openInbox(database, {
      secretsKeys: [Buffer.alloc(32, 1)],
      log: openLog('silent'),
      busyTimeoutMs: 50,
    });
    nowMs = Date.parse('2026-11-23T10:00:00Z');
    counter = 0;
  });
  afterEach(async () => {
    await inbox.close();
  });

  describe('the same again', () => {
    it('by its delivery id is a duplicate', async () => {
      await store({ deliveryId: 'once' });
      expect(await store({ deliveryId: 'once', head: 'c' })).toEqual({
        kind: 'duplicate',
        eventId: 1,
        detail: 'This delivery was received before, as event 1 (pending).',
      });
    });

    it('by its head is a duplicate while that is pending or processing', async () => {
      await store();
      const duplicate = {
        kind: 'duplicate',
        eventId: 1,
        detail: expect.stringMatching(/already pending, as event 1/),
      };
      expect(await store({ at: '10:00:01' })).toEqual(duplicate);
      await claim();
      expect(await store({ at: '10:00:02' })).toMatchObject({ detail: expect.stringMatching(/processing/) });
    });

    it.each([
      ['another head came', { head: 'c' }],
      ['the pull request was closed', { effect: 'withdraw' }],
    ] as const)(
      'by its head is new when %s in between, since the run of that is the newest',
      async (_, between) => {
        await store({ head: 'a' });
        await dispatch(1);
        await store({ ...between, at: '10:00:01' });
        expect(await store({ head: 'a', at: '10:00:02' })).toEqual({
          kind: 'stored',
          eventId: 3,
          queued: true,
        });
        expect(await store({ head: 'a', at: '10:00:02' })).toMatchObject({ kind: 'duplicate', eventId: 3 });
        // Late, and from before: still what it was.
        expect(await store({ head: 'a', at: '10:00:00' })).toMatchObject({ kind: 'duplicate', eventId: 3 });
      },
    );

    it('by its head is new once its review has ended', async () => {
      await store();
      await finish(1);
      expect(await store({ at: '10:00:01' })).toEqual({ kind: 'stored', eventId: 2, queued: true });
    });

    it('by its head is new after an hour, and takes the place of what is stuck', async () => {
      await store();
      nowMs += HOUR_MS + 1;
      expect(await store()).toMatchObject({ kind: 'stored', eventId: 2 });
      expect(await statusOf(1)).toBe('superseded');
    });

    it('by its body is a duplicate, under whatever delivery id', async () => {
      await store({ bodyDigest: 'same' });
      await finish(1);
      expect(await store({ bodyDigest: 'same', head: 'c' })).toEqual({
        kind: 'duplicate',
        eventId: 1,
        detail: 'The same body was received before, as event 1 under the delivery delivery-1.',
      });
    });

    it('that asks for nothing is a duplicate by its body, and nothing of it waits', async () => {
      const issue: NewEvent = {
        deliveryId: 'first',
        bodyDigest: 'same',
        eventType: 'issues',
        action: undefined,
        repo: undefined,
        repositoryId: undefined,
        pullRequest: undefined,
        effect: 'none',
        reason: 'issues start no review',
      };
      expect(await inbox.events.store(issue, {}, now())).toEqual({
        kind: 'stored',
        eventId: 1,
        queued: false,
      });
      expect(await inbox.events.store({ ...issue, deliveryId: 'second' }, {}, now())).toMatchObject({
        kind: 'duplicate',
        eventId: 1,
      });
    });

    it('of another pull request or repository is no duplicate', async () => {
      await store();
      expect(await store({ pullRequest: 8 })).toMatchObject({ kind: 'stored' });
      expect(await store({ repositoryId: 2 })).toMatchObject({ kind: 'stored' });
    });

    it('after it failed is dispatched again on purpose', async () => {
      await store({ deliveryId: 'once', bodyDigest: 'same' });
      await claim();
      await inbox.events.fail(1, 'me', 'no luck', now());
      expect(await store({ deliveryId: 'once', bodyDigest: 'same' })).toEqual({
        kind: 'stored',
        eventId: 1,
        queued: true,
      });
      expect(await inbox.events.read(1)).toMatchObject({
        status: 'pending',
        reason: null,
        failures: 0,
        attempts: 1,
      });
    });

    it('after it failed is a duplicate when it is about another head: the delivery id is not signed', async () => {
      await store({ deliveryId: 'once' });
      await claim();
      await inbox.events.fail(1, 'me', 'no luck', now());
      expect(await store({ deliveryId: 'once', head: 'c' })).toMatchObject({ kind: 'duplicate', eventId: 1 });
      expect(await statusOf(1)).toBe('failed');
    });

    it('among others that came with it is stored once, and each is told of its own', async () => {
      await store({ pullRequest: 1, deliveryId: 'known' });
      const results = await Promise.all([
        store({ pullRequest: 2, deliveryId: 'twice' }),
        store({ pullRequest: 3 }),
        store({ pullRequest: 4, deliveryId: 'known' }),
        store({ pullRequest: 5, deliveryId: 'twice' }),
        store({ pullRequest: 6, head: 'c' }),
        store({ pullRequest: 1, head: 'c', at: '10:00:05' }),
      ]);
      expect(results.map(({ kind }) => kind)).toEqual([
        'stored',
        'stored',
        'duplicate',
        'duplicate',
        'stored',
        'stored',
      ]);
      const pullRequests = await Promise.all(
        results.map(async ({ eventId }) => (await inbox.events.read(eventId))?.pullRequest),
      );
      expect(pullRequests).toEqual([2, 3, 1, 2, 6, 1]);
      expect(await statusOf(1)).toBe('superseded');
    });

    it('at the same moment is stored once', async () => {
      const event = compose();
      const results = await Promise.all(
        Array.from({ length: 20 }, () => inbox.events.store(event, {}, now())),
      );
      expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    });
  });

  describe('a newer head', () => {
    it('takes the place of a waiting older one', async () => {
      await store({ head: 'a' });
      await store({ head: 'c', at: '10:00:01' });
      expect([await statusOf(1), await reasonOf(1)]).toEqual(['superseded', 'superseded: event 2 is newer']);
      expect(await claim()).toEqual([2]);
    });

    it('that was fetched before one of the same second stays the newer: what is newest is fetched first', async () => {
      await storeFetched({ head: 'c' });
      await storeFetched({ head: 'a' });
      expect([await statusOf(1), await statusOf(2)]).toEqual(['pending', 'superseded']);
    });

    it('of the same second takes the place: the last to come is the last pushed', async () => {
      await store({ head: 'a' });
      await store({ head: 'c' });
      expect([await statusOf(1), await statusOf(2)]).toEqual(['superseded', 'pending']);
    });

    it('is never overtaken by an older event that comes late', async () => {
      await store({ head: 'c', at: '10:00:05' });
      expect(await store({ head: 'a', at: '10:00:01' })).toEqual({
        kind: 'stored',
        eventId: 2,
        queued: false,
      });
      expect([await statusOf(1), await statusOf(2), await reasonOf(2)]).toEqual([
        'pending',
        'superseded',
        'superseded: event 1 is newer',
      ]);
    });

    it('is not overtaken after it was dispatched either', async () => {
      await store({ head: 'c', at: '10:00:05' });
      await dispatch(1);
      await store({ head: 'a', at: '10:00:01' });
      expect(await statusOf(2)).toBe('superseded');
    });

    it('waits while an older one is being dispatched', async () => {
      await store({ head: 'a' });
      expect(await claim()).toEqual([1]);
      await store({ head: 'c', at: '10:00:01' });
      expect(await claim()).toEqual([]);
      await inbox.events.dispatched(1, 'me', now());
      expect(await claim()).toEqual([2]);
    });

    it('supersedes the older one also when it came first and was stored second', async () => {
      await store({ head: 'a', at: '10:00:00' });
      await claim();
      // The two were on their way at once: each is stored with the time at which it came.
      await inbox.events.store(compose({ head: 'c', at: '10:00:02' }), {}, new Date(nowMs - 5));
      await inbox.events.retry(1, 'me', { reason: 'later', nextAttemptAt: now(), counts: true }, now());
      expect(await statusOf(1)).toBe('superseded');
      expect(await statusOf(2)).toBe('pending');
    });

    it('of the same second takes the place also when its clock is behind, and stops nobody else', async () => {
      await store();
      await claim();
      nowMs -= 500; // another replica's
      await store({ head: 'c' });
      nowMs += 60_501;
      await store({ pullRequest: 8 });
      expect(await claim('other')).toEqual([2, 3]);
      expect(await reasonOf(1)).toBe('superseded: event 2 is newer');
    });

    it('that ends an older one that was to wait ends it now', async () => {
      await store();
      await claim();
      await store({ head: 'c', at: '10:00:01' });
      const later = new Date(nowMs + 5 * 60_000);
      await inbox.events.retry(1, 'me', { reason: 'later', nextAttemptAt: later, counts: false }, now());
      expect((await inbox.events.read(1))?.completedAt).toBe(now().toISOString());
    });

    it('supersedes the older one also when that comes back for another try', async () => {
      await store({ head: 'a' });
      await claim();
      await store({ head: 'c', at: '10:00:01' });
      await inbox.events.retry(1, 'me', { reason: 'later', nextAttemptAt: now(), counts: true }, now());
      expect([await statusOf(1), await statusOf(2)]).toEqual(['superseded', 'pending']);
    });
  });

  describe('a pull request that was closed', () => {
    it('withdraws what waits, and is ignored itself', async () => {
      await store();
      expect(await store({ effect: 'withdraw', at: '10:00:01' })).toEqual({
        kind: 'stored',
        eventId: 2,
        queued: false,
      });
      expect([await statusOf(1), await reasonOf(1), await statusOf(2)]).toEqual([
        'superseded',
        'withdrawn: event 2 says that the pull request was closed',
        'ignored',
      ]);
    });

    it('is not opened again by an older event that comes late', async () => {
      await store({ effect: 'withdraw', at: '10:00:05' });
      await store({ at: '10:00:01' });
      expect(await statusOf(2)).toBe('superseded');
    });

    it('withdraws nothing of later: it was opened again since', async () => {
      await store({ at: '10:00:05' });
      await store({ effect: 'withdraw', at: '10:00:01' });
      expect(await statusOf(1)).toBe('pending');
    });

    it('withdraws nothing of other pull requests', async () => {
      await store({ pullRequest: 8 });
      await store({ effect: 'withdraw', at: '10:00:01' });
      expect(await statusOf(1)).toBe('pending');
    });

    it('ends what comes back for another try', async () => {
      await store();
      await claim();
      await store({ effect: 'withdraw', at: '10:00:01' });
      await inbox.events.retry(1, 'me', { reason: 'later', nextAttemptAt: now(), counts: true }, now());
      expect(await statusOf(1)).toBe('superseded');
    });
  });

  describe('a lease', () => {
    it('is held by one owner only', async () => {
      await store();
      const claims = await Promise.all([claim('one'), claim('two'), claim('three')]);
      expect(claims.flat()).toEqual([1]);
    });

    it('that ended gives the event to another, and counts as a failed attempt', async () => {
      await store();
      await claim('dead');
      nowMs += 60_000;
      expect(await claim('alive')).toEqual([1]);
      expect(await inbox.events.read(1)).toMatchObject({ attempts: 2, failures: 1 });
    });

    it('that ended changes nothing any more', async () => {
      await store();
      await claim('slow');
      nowMs += 60_000;
      await claim('quick');
      expect(await inbox.events.dispatched(1, 'slow', now())).toBe(false);
      expect(await inbox.events.fail(1, 'slow', 'x', now())).toBe(false);
      expect(
        await inbox.events.retry(1, 'slow', { reason: 'x', nextAttemptAt: now(), counts: true }, now()),
      ).toBe(false);
      expect(await inbox.events.dispatched(1, 'quick', now())).toBe(true);
      expect(await statusOf(1)).toBe('processing');
    });

    it('that ends with its holder each time ends as failed, with the reason', async () => {
      await store();
      for (let failures = 1; failures < WANTED.maxFailures; failures += 1) {
        expect(await claim(`holder ${failures}`)).toEqual([1]);
        nowMs += 60_000;
      }
      expect(await claim('the last holder')).toEqual([1]);
      nowMs += 60_000;
      expect(await claim('nobody')).toEqual([]);
      expect(await inbox.events.read(1)).toMatchObject({
        status: 'failed',
        reason: 'interrupted: the forwarder stopped during the dispatch (given up after 10 tries)',
        completedAt: now().toISOString(),
        failures: 10,
      });
    });

    it('that ended a process at each of its starts is not taken over again', async () => {
      await store();
      await claim('dead');
      expect(await inbox.events.takeOver('alive', 1, now())).toBe(1);
      expect(await claim('alive')).toEqual([]);
      expect(await statusOf(1)).toBe('failed');
    });

    it('of a process that is gone is taken over at the next start', async () => {
      await store();
      await claim('dead');
      expect(await inbox.events.takeOver('alive', WANTED.maxFailures, now())).toBe(1);
      expect(await claim('alive')).toEqual([1]);
    });
  });

  describe('what is due', () => {
    it('is told by its earliest time', async () => {
      expect(await inbox.events.readNextDue(WANTED, now())).toBeUndefined();
      await store();
      await claim();
      expect(await inbox.events.readNextDue(WANTED, now())).toEqual(new Date(nowMs + 60_000));
      await inbox.events.retry(
        1,
        'me',
        { reason: 'x', nextAttemptAt: new Date(nowMs + 9000), counts: true },
        now(),
      );
      expect(await inbox.events.readNextDue(WANTED, now())).toEqual(new Date(nowMs + 9000));
    });

    it('is not claimed before its time', async () => {
      await store();
      await claim();
      const plan = { reason: 'x', nextAttemptAt: new Date(nowMs + 9000), counts: false };
      await inbox.events.retry(1, 'me', plan, now());
      expect(await claim()).toEqual([]);
      nowMs += 9000;
      expect(await claim()).toEqual([1]);
      expect(await inbox.events.read(1)).toMatchObject({ attempts: 2, failures: 0 });
    });

    it('is claimed oldest first, and no more than asked for', async () => {
      for (const pullRequest of [1, 2, 3]) await store({ pullRequest });
      const claimed = await inbox.events.claim(lease(), { ...WANTED, limit: 2 }, now());
      expect(claimed.map(({ id }) => id)).toEqual([1, 2]);
    });
  });

  describe('sending again on purpose', () => {
    it('makes a finished event pending', async () => {
      await store();
      await finish(1);
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'queued',
        event: { id: 1, status: 'pending', dispatchedAt: null, completedAt: null },
      });
    });

    it('is refused while the event is under way', async () => {
      await store();
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/pending/),
      });
      await claim();
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/processing/),
      });
    });

    it('is refused for what starts no review, and for what is not there', async () => {
      await store({ effect: 'withdraw' });
      expect(await inbox.events.requeue(1, now())).toMatchObject({ kind: 'refused' });
      expect(await inbox.events.requeue(99, now())).toEqual({ kind: 'missing' });
    });

    it('is refused when a newer event asks for a review of the same pull request', async () => {
      await store({ head: 'a' });
      await finish(1);
      await store({ head: 'c', at: '10:00:01' });
      await finish(2);
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'refused',
        message: expect.stringMatching(/Event 2/),
      });
      expect(await inbox.events.requeue(2, now())).toMatchObject({ kind: 'queued' });
    });

    it('works after the pull request was closed and opened again, over another try as well', async () => {
      await store();
      await store({ effect: 'withdraw', at: '10:00:01' });
      nowMs += 1000;
      expect(await inbox.events.requeue(1, now())).toMatchObject({ kind: 'queued' });
      await claim();
      await inbox.events.retry(1, 'me', { reason: 'x', nextAttemptAt: now(), counts: true }, now());
      expect(await statusOf(1)).toBe('pending');
    });
  });

  describe('what is old', () => {
    it('is removed when it has ended, and kept while it is under way', async () => {
      await store({ pullRequest: 1 });
      await finish(1);
      await store({ pullRequest: 2 });
      await claim();
      await store({ pullRequest: 3 });
      const later = new Date(nowMs + HOUR_MS);
      expect(await inbox.events.removeFinished(now())).toBe(0);
      expect(await inbox.events.removeFinished(later)).toBe(1);
      expect(await statusOf(1)).toBeUndefined();
      expect([await statusOf(2), await statusOf(3)]).toEqual(['processing', 'pending']);
    });

    it('never gives its id to another', async () => {
      await store({ pullRequest: 1 });
      await finish(1);
      await inbox.events.removeFinished(new Date(nowMs + HOUR_MS));
      expect(await store({ pullRequest: 2 })).toMatchObject({ eventId: 2 });
    });
  });
});
