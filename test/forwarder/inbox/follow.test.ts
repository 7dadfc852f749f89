// What the store keeps of runs, tokens, pauses, missed deliveries and changes: the same facts on every database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FollowedEvent, NewEvent } from '../../../forwarder/inbox/event.ts';
import type { Inbox } from '../../../forwarder/inbox/inbox.ts';
import { openInbox, type Database } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { waitFor } from '../wait-for.ts';
import { WANTED, DATABASES, startDatabases, type DatabaseServer } from './stores.ts';

let inbox: Inbox;
let nowMs: number;

const { credentialsKey } = WANTED;
const now = (): Date => new Date(nowMs);
const later = (ms: number): Date => new Date(nowMs + ms);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function compose(at: string, head: string, repositoryId = 1, pullRequest = 7): NewEvent {
  const name = `${repositoryId}-${pullRequest}-${at}-${head}`;
  return {
    deliveryId: name,
    bodyDigest: `digest of ${name}`,
    eventType: 'synchronize_pull_request',
    action: 'synchronize',
    repo: `octo/app-${repositoryId}`,
    repositoryId,
    effect: 'dispatch',
    facts: {
      repositoryId,
      pullRequest,
      headSha: head.repeat(40),
      baseSha: 'b'.repeat(40),
      updatedAt: `2026-11-23T${at}.000Z`,
    },
  };
}

async function dispatch(at: string, head: string): Promise<FollowedEvent> {
  const { eventId } = await inbox.events.store(compose(at, head), {}, now());
  await inbox.events.claim({ owner: 'me', until: later(MINUTE_MS) }, { ...WANTED, limit: 10 }, now());
  await inbox.events.dispatched(eventId, 'me', now());
  const followed = (await inbox.events.listFollowed()).find(({ id }) => id === eventId);
  if (!followed) throw new Error(`event ${eventId} is not followed`);
  return followed;
}

const claimIds = async (): Promise<number[]> =>
  (await inbox.events.claim({ owner: 'me', until: later(MINUTE_MS) }, { ...WANTED, limit: 10 }, now())).map(
    ({ id }) => id,
  );

async function connect(repositoryId: number, tokenKey: string): Promise<void> {
  const repository = { repositoryId, fullName: `octo/app-${repositoryId}`, secret: 's'.repeat(64) };
  const { id } = await inbox.connections.begin(repository, now());
  await inbox.connections.complete(id, 1000 + repositoryId, now());
  await inbox.connections.resume(repositoryId, tokenKey);
}

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
    });
    nowMs = Date.parse('2026-11-23T10:00:00Z');
  });
  afterEach(async () => {
    await inbox.close();
  });

  describe('a dispatched event', () => {
    it('is in processing until its run ends, and keeps the run', async () => {
      const event = await dispatch('10:00:00', 'a');
      expect(await inbox.events.read(event.id)).toMatchObject({ status: 'processing', completedAt: null });
      await inbox.events.noteRun(event, { id: 5_000_000_000, url: 'https://github.test/runs/5' });
      nowMs += MINUTE_MS;
      expect(await inbox.events.endRun(event, { kind: 'completed' }, now())).toBe(true);
      expect(await inbox.events.read(event.id)).toMatchObject({
        status: 'completed',
        reason: null,
        runId: 5_000_000_000,
        runUrl: 'https://github.test/runs/5',
        completedAt: now().toISOString(),
      });
      expect(await inbox.events.listFollowed()).toEqual([]);
    });

    it('fails with the reason', async () => {
      const event = await dispatch('10:00:00', 'a');
      await inbox.events.endRun(event, { kind: 'failed', reason: 'run_failure: see x' }, now());
      expect(await inbox.events.read(event.id)).toMatchObject({
        status: 'failed',
        reason: 'run_failure: see x',
      });
    });

    it('whose run was cancelled is superseded when a newer one came, else it has failed', async () => {
      const older = await dispatch('10:00:00', 'a');
      const newer = await dispatch('10:00:01', 'c');
      const end = { kind: 'cancelled', reason: 'run_cancelled' } as const;
      await inbox.events.endRun(older, end, now());
      await inbox.events.endRun(newer, end, now());
      expect(await inbox.events.read(older.id)).toMatchObject({
        status: 'superseded',
        reason: `superseded: event ${newer.id} is newer`,
      });
      expect(await inbox.events.read(newer.id)).toMatchObject({ status: 'failed', reason: 'run_cancelled' });
    });

    it('that was dispatched again is not ended by the run before', async () => {
      const before = await dispatch('10:00:00', 'a');
      await inbox.events.noteRun(before, { id: 5, url: 'x' });
      await inbox.events.endRun(before, { kind: 'failed', reason: 'run_failure' }, now());
      nowMs += 1;
      await inbox.events.requeue(before.id, now());
      expect(await inbox.events.read(before.id)).toMatchObject({ runId: 5, runUrl: null });
      expect(await claimIds()).toEqual([before.id]);
      await inbox.events.dispatched(before.id, 'me', now());
      expect(await inbox.events.endRun(before, { kind: 'completed' }, now())).toBe(false);
      await inbox.events.noteRun(before, { id: 4, url: 'y' });
      expect(await inbox.events.read(before.id)).toMatchObject({ status: 'processing', runUrl: null });
    });
  });

  describe('a paused connection', () => {
    it('keeps its events back, and no others, until the pause ends', async () => {
      await connect(1, 'token:a');
      await connect(2, 'token:b');
      await inbox.events.store(compose('10:00:00', 'a', 1), {}, now());
      await inbox.events.store(compose('10:00:00', 'a', 2), {}, now());
      await inbox.connections.pause(
        { tokenKey: 'token:a' },
        { until: later(HOUR_MS), reason: 'x', credentialsKey },
      );
      expect(await inbox.events.readNextDue(WANTED, now())).toEqual(now());
      expect(await claimIds()).toEqual([2]);
      await inbox.events.dispatched(2, 'me', now());
      expect(await inbox.events.readNextDue(WANTED, now())).toEqual(later(HOUR_MS));
      nowMs += HOUR_MS;
      expect(await claimIds()).toEqual([1]);
    });

    it('goes on when its token works for another repository, but not when its own right is what is missing', async () => {
      for (const id of [1, 2, 3]) await connect(id, 'token:a');
      const until = later(HOUR_MS);
      await inbox.connections.pause(
        { tokenKey: 'token:a' },
        { until, reason: 'github_token_rejected: 401', credentialsKey },
      );
      await inbox.connections.pause(
        { repositoryId: 2 },
        { until, reason: 'github_permission_missing: 403', credentialsKey },
      );
      await inbox.connections.resume(3, 'token:a');
      const states = await inbox.connections.list('connected');
      expect(states.map(({ pausedUntil }) => pausedUntil)).toEqual([null, until.toISOString(), null]);
    });
  });

  describe('the pace of a token', () => {
    const paces = {
      minute: { burst: 20, intervalMs: 1000 },
      hour: { burst: 140, intervalMs: 10_000 },
    };

    it('is never more than 80 in a minute and 500 in an hour, however it is asked for', async () => {
      const takenAt: number[] = [];
      const startMs = nowMs;
      while (nowMs < startMs + 1.1 * HOUR_MS) {
        const hold = await inbox.tokens.take('token:a', paces, now());
        if (hold) nowMs = hold.until.getTime();
        else takenAt.push(nowMs);
      }
      const within = (windowMs: number): number =>
        Math.max(...takenAt.map((from) => takenAt.filter((at) => at >= from && at < from + windowMs).length));
      expect(within(MINUTE_MS)).toBeLessThanOrEqual(80);
      expect(within(MINUTE_MS)).toBeGreaterThan(70);
      expect(within(HOUR_MS)).toBeLessThanOrEqual(500);
      expect(within(HOUR_MS)).toBeGreaterThan(480);
    });

    it('is shared by all who ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => inbox.tokens.take('token:a', paces, now())),
      );
      expect(answers.filter((hold) => hold === undefined)).toHaveLength(20);
      expect(await inbox.tokens.take('token:b', paces, now())).toBeUndefined();
    });

    it('is nothing while GitHub asks to wait, also without limits, and is not shortened', async () => {
      await inbox.tokens.block('token:a', later(5000));
      await inbox.tokens.block('token:a', later(1000));
      const asked = { until: later(5000), isAsked: true };
      expect(await inbox.tokens.take('token:a', undefined, now())).toEqual(asked);
      expect(await inbox.tokens.take('token:a', paces, now())).toEqual(asked);
      nowMs += 5000;
      expect(await inbox.tokens.take('token:a', undefined, now())).toBeUndefined();
    });
  });

  it('tells which deliveries it does not have', async () => {
    const { deliveryId } = compose('10:00:00', 'a');
    await inbox.events.store(compose('10:00:00', 'a'), {}, now());
    await inbox.events.rememberReconciled('seen', now());
    await inbox.events.rememberReconciled('seen', now());
    expect(await inbox.events.filterUnknown([deliveryId, 'new', 'seen'])).toEqual(['new']);
    expect(await inbox.events.filterUnknown([])).toEqual([]);
    await inbox.events.removeFinished(later(1));
    expect(await inbox.events.filterUnknown(['seen'])).toEqual(['seen']);
  });

  it('keeps the audit log, newest first', async () => {
    const entry = { action: 'connect', repo: 'octo/app', eventId: undefined, outcome: 'done' } as const;
    await inbox.audit.add({ ...entry, address: '127.0.0.1' }, now());
    await inbox.audit.add({ ...entry, action: 'redeliver', eventId: 7, address: undefined }, now());
    expect(await inbox.audit.list({ beforeId: undefined, limit: 10 })).toEqual([
      { ...entry, id: 2, at: now().toISOString(), action: 'redeliver', eventId: 7, address: undefined },
      { ...entry, id: 1, at: now().toISOString(), address: '127.0.0.1' },
    ]);
    expect(await inbox.audit.list({ beforeId: 2, limit: 10 })).toHaveLength(1);
  });

  it('knows a ping by its repository and time', async () => {
    const ping = { effect: 'none', pullRequest: undefined, reason: 'ping starts no review' } as const;
    const facts = {
      deliveryId: 'p',
      bodyDigest: 'p',
      eventType: 'ping',
      action: undefined,
      repo: 'octo/app',
    };
    await inbox.events.store({ ...facts, ...ping, repositoryId: 1 }, {}, now());
    expect(await inbox.events.hasPing(1, now())).toBe(true);
    expect(await inbox.events.hasPing(2, now())).toBe(false);
    expect(await inbox.events.hasPing(1, later(1))).toBe(false);
  });

  it('gives a duty to one at a time', async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = inbox.lead('duty', async () => {
      order.push('first');
      await promise;
    });
    await waitFor('the duty', () => order.length > 0);
    // With SQLite there is one process, and nobody to share with.
    const others = inbox.isShared ? [false, true] : [];
    const second = async () => void order.push('second of two');
    const asked = inbox.isShared ? ['duty', 'another'] : [];
    expect(await Promise.all(asked.map((duty) => inbox.lead(duty, second)))).toEqual(others);
    resolve();
    expect(await first).toBe(true);
    expect(await inbox.lead('duty', async () => void order.push('second'))).toBe(true);
    expect(order.at(-1)).toBe('second');
  });
});
