// Two replicas on one PostgreSQL: what one does, the other neither repeats nor overtakes.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { NewEvent } from '../../../../forwarder/inbox/event.ts';
import type { Inbox } from '../../../../forwarder/inbox/inbox.ts';
import { openPostgresInbox } from '../../../../forwarder/inbox/postgres/open-postgres.ts';
import { openLog } from '../../../../forwarder/open-log.ts';
import { openSecretBox } from '../../../../forwarder/secrets/secret-box.ts';
import { waitFor } from '../../wait-for.ts';
import { WANTED, startPostgres, type PostgresServer } from '../stores.ts';
import { startRelay } from './start-relay.ts';

let server: PostgresServer;
let replicas: [Inbox, Inbox];
let url: string;
let clients: pg.Client[];

const log = openLog('silent');
const box = openSecretBox([Buffer.alloc(32, 1)]);
const NOW = new Date('2026-11-23T10:00:00Z');
const lease = (owner: string, ms = 60_000) => ({ owner, until: new Date(NOW.getTime() + ms) });

function push(at: number, pullRequest = 7): NewEvent {
  const head = at.toString(16).padStart(40, '0');
  return {
    deliveryId: `delivery-${pullRequest}-${at}`,
    bodyDigest: `digest-${pullRequest}-${at}`,
    eventType: 'synchronize_pull_request',
    action: 'synchronize',
    repo: 'octo/app',
    repositoryId: 1,
    effect: 'dispatch',
    facts: {
      repositoryId: 1,
      pullRequest,
      headSha: head,
      baseSha: head,
      updatedAt: new Date(NOW.getTime() + at * 1000).toISOString(),
    },
  };
}

/** Both in turn. */
function replicaAt(index: number): Inbox {
  return index % 2 === 0 ? replicas[0] : replicas[1];
}

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  const database = await server.create();
  url = database.kind === 'postgres' ? database.url : '';
  clients = [];
  // Both at once: the migrations run under a lock.
  replicas = await Promise.all([openPostgresInbox({ url, box, log }), openPostgresInbox({ url, box, log })]);
});
afterEach(async () => {
  await Promise.all([...replicas.map((inbox) => inbox.close()), ...clients.map((client) => client.end())]);
});

/** Ended with the test. */
async function connectClient(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return client;
}

async function insertClosing(client: pg.Client): Promise<void> {
  await client.query(
    `insert into events (delivery_id, event_type, effect, body_digest, status, attempts, failures, received_at, queued_at,
       repository_id, pull_request, pr_updated_at)
     select 'closing', 'closed_pull_request', 'withdraw', 'closing', 'ignored', 0, 0, $1, $1, 1, 7, $2`,
    [NOW.toISOString(), new Date(NOW.getTime() + 5000).toISOString()],
  );
}

function settleOf<Value>(result: Promise<Value>): { readonly result: Promise<Value>; isDone: () => boolean } {
  let isDone = false;
  return { result: result.finally(() => (isDone = true)), isDone: () => isDone };
}

/** Until somebody waits for a lock, or did not have to. */
async function waitForLock(type: 'advisory' | 'transactionid', isDone: () => boolean): Promise<void> {
  const watcher = await connectClient();
  await waitFor('somebody to wait, or to be done', async () => {
    const { rows } = await watcher.query('select 1 from pg_locks where locktype = $1 and not granted', [
      type,
    ]);
    return isDone() || rows.length > 0;
  });
}

/** As when the server restarts, or a proxy between forgets its connections. */
async function loseLocks(): Promise<void> {
  const client = await connectClient();
  await client.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
}

describe('two replicas', () => {
  it('store the same delivery once, though both get it at the same moment', async () => {
    const attempts = Array.from({ length: 40 }, (_, at) => replicaAt(at).events.store(push(1), {}, NOW));
    const results = await Promise.all(attempts);
    expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'duplicate')).toHaveLength(39);
  });

  it('end with the newest head waiting, whatever the order in which pushes come', async () => {
    const order = [4, 1, 9, 3, 7, 2, 8, 5, 6, 0];
    await Promise.all(order.map((at, index) => replicaAt(index).events.store(push(at), {}, NOW)));
    const events = await replicas[0].events.list({
      repositoryId: undefined,
      status: undefined,
      beforeId: undefined,
      limit: 100,
    });
    expect(events).toHaveLength(order.length);
    const pending = events.filter(({ status }) => status === 'pending');
    expect(pending.map(({ deliveryId }) => deliveryId)).toEqual(['delivery-7-9']);
  });

  it('never hold the same event, nor two of one pull request', async () => {
    for (let pullRequest = 1; pullRequest <= 30; pullRequest += 1) {
      await replicas[0].events.store(push(1, pullRequest), {}, NOW);
    }
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        replicaAt(at).events.claim(lease(`owner-${at}`), { ...WANTED, limit: 5 }, NOW),
      ),
    );
    const ids = claims.flatMap((events) => events.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    await replicas[1].events.store(push(2, 1), {}, NOW);
    const more = await replicas[1].events.claim(lease('late'), { ...WANTED, limit: 50 }, NOW);
    expect(more.filter(({ pullRequest }) => pullRequest === 1)).toEqual([]);
  });

  it('take over what the other held when its lease has ended', async () => {
    await replicas[0].events.store(push(1), {}, NOW);
    await replicas[0].events.claim(lease('gone', 1000), { ...WANTED, limit: 1 }, NOW);
    expect(await replicas[1].events.claim(lease('heir'), { ...WANTED, limit: 1 }, NOW)).toEqual([]);
    const later = new Date(NOW.getTime() + 2000);
    expect(
      await replicas[1].events.claim(lease('heir', 10_000), { ...WANTED, limit: 1 }, later),
    ).toMatchObject([{ attempts: 2 }]);
  });

  it('never make pending again what is being closed at the same moment', async () => {
    await replicas[0].events.store(push(1), {}, NOW);
    await replicas[0].events.claim(lease('me'), WANTED, NOW);
    // A third replica in the middle of storing the closing: it has decided, and has not committed.
    const third = await connectClient();
    await third.query(`begin; select pg_advisory_xact_lock(hashtextextended('1/7', 0))`);
    await insertClosing(third);
    const plan = { reason: 'github_unavailable', nextAttemptAt: NOW, counts: true };
    const retrying = settleOf(replicas[0].events.retry(1, 'me', plan, NOW));
    await waitForLock('advisory', retrying.isDone);
    await third.query('commit');
    await retrying.result;
    expect(await replicas[1].events.read(1)).toMatchObject({ status: 'superseded' });
  });

  it('open no pull request for review that is being closed at the same moment', async () => {
    const third = await connectClient();
    await third.query(`begin; select pg_advisory_xact_lock(hashtextextended('1/7', 0))`);
    await insertClosing(third);
    const storing = settleOf(replicas[0].events.store({ ...push(1), action: 'opened' }, {}, NOW));
    await waitForLock('advisory', storing.isDone);
    await third.query('commit');
    const { eventId } = await storing.result;
    expect(await replicas[1].events.read(eventId)).toMatchObject({ status: 'superseded' });
  });

  it('make nothing pending for a connection that is being removed at the same moment', async () => {
    const repository = { repositoryId: 1, fullName: 'octo/app', secret: 'x'.repeat(64) };
    const { id } = await replicas[0].connections.begin(repository, NOW);
    const third = await connectClient();
    await third.query('begin');
    await third.query('delete from connections where id = $1', [id]);
    const opened = { ...push(1), action: 'opened' };
    const storing = settleOf(replicas[0].events.store(opened, { connectionId: id }, NOW));
    await waitForLock('transactionid', storing.isDone);
    await third.query('commit');
    const { eventId } = await storing.result;
    expect(await replicas[1].events.read(eventId)).toMatchObject({ status: 'superseded' });
  });

  it('wake each other', async () => {
    let woken = 0;
    replicas[1].onQueued(() => {
      woken += 1;
    });
    await waitFor('the listener', async () => {
      await replicas[0].events.store(push(woken === 0 ? Math.floor(performance.now()) : 0), {}, NOW);
      return woken > 0;
    });
    expect(woken).toBeGreaterThan(0);
  });

  it('wake each other also for what a person sends again', async () => {
    const { eventId } = await replicas[0].events.store(push(1), {}, NOW);
    await replicas[0].events.claim(lease('me'), WANTED, NOW);
    await replicas[0].events.fail(eventId, 'me', 'no', NOW);
    // That one is told before the next replica listens.
    await replicas[0].close();
    replicas[0] = await openPostgresInbox({ url, box, log });
    const listener = await connectClient();
    let told = 0;
    listener.on('notification', () => (told += 1));
    await listener.query('listen nectr_events');
    await replicas[0].events.requeue(eventId, NOW);
    await waitFor('the message of one', () => told === 1);
    await replicas[0].events.claim(lease('me'), WANTED, NOW);
    await replicas[0].events.fail(eventId, 'me', 'no', NOW);
    const failed = { repositoryId: undefined, beforeId: undefined };
    expect((await replicas[0].events.requeueFailed(failed, NOW)).queued).toHaveLength(1);
    await waitFor('the message of many', () => told === 2);
  });

  it('wake each other also when the answer to the commit is lost', async () => {
    const relay = await startRelay(url);
    const cut = await openPostgresInbox({ url: relay.url, box, log });
    const listener = await connectClient();
    const woken: number[] = [];
    listener.on('notification', ({ processId }) => woken.push(processId));
    await listener.query('listen nectr_events');
    relay.loseAnswer('COMMIT');
    await expect(cut.events.store({ ...push(1), action: 'opened' }, {}, NOW)).rejects.toThrow('terminated');
    await waitFor('the message', () => woken.length > 0);
    expect(await replicas[0].events.read(1)).toMatchObject({ status: 'pending' });
    await cut.close();
    await relay.close();
  });

  it('tell all that was stored before they close', async () => {
    const listener = await connectClient();
    let told = 0;
    listener.on('notification', () => (told += 1));
    await listener.query('listen nectr_events');
    const leaving = await openPostgresInbox({ url, box, log });
    await leaving.events.store(push(1, 1), {}, NOW);
    await leaving.events.store(push(1, 2), {}, NOW);
    await leaving.close();
    await waitFor('the message of the second', () => told === 2);
    expect(told).toBe(2);
  });

  it('store the same delivery of no pull request once, though both get it at the same moment', async () => {
    const issue: NewEvent = {
      deliveryId: 'issue',
      bodyDigest: 'issue',
      eventType: 'issues',
      action: undefined,
      repo: undefined,
      repositoryId: undefined,
      pullRequest: undefined,
      effect: 'none',
      reason: 'issues start no review',
    };
    for (let round = 0; round < 30; round += 1) {
      const event = { ...issue, deliveryId: `issue-${round}`, bodyDigest: `issue-${round}` };
      const results = await Promise.all(replicas.map(({ events }) => events.store(event, {}, NOW)));
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['duplicate', 'stored']);
    }
  });

  it('outlive the database: when it is back they store, and wake each other', async () => {
    await server.stop();
    await expect(replicas[0].events.store(push(1), {}, NOW)).rejects.toThrow(
      /ECONNREFUSED|terminat|shutting down/,
    );
    await server.start();
    let woken = 0;
    replicas[1].onQueued(() => {
      woken += 1;
    });
    await waitFor('the listener', async () => {
      const event = push(Math.floor(performance.now()));
      await replicas[0].events.store(event, {}, NOW).catch(() => undefined); // a lost connection may be left
      return woken > 0;
    });
    expect(woken).toBeGreaterThan(0);
  });

  it('connect a repository one at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await replicas[0].probe(NOW);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, (_, at) => replicaAt(at).connections.exclusively(1, work)));
    expect(most).toBe(1);
  });

  it('do not undo each other when one has lost its lock', async () => {
    const { connections } = replicas[0];
    const repository = { repositoryId: 1, fullName: 'octo/app', secret: 'x'.repeat(64) };
    const undone = connections.exclusively(1, async (held) => {
      const { id } = await held.begin(repository, NOW);
      await loseLocks();
      // As soon as it is free, and before this one is done.
      await replicas[1].connections.exclusively(1, async (other) => void (await other.complete(id, 17, NOW)));
      await held.remove(id, NOW);
    });
    await expect(undone).rejects.toThrow('the lock was lost');
    expect(await connections.findByRepository(1)).toMatchObject({ state: 'connected', hookId: 17 });
  });

  it('hear of a doubt that the other one has, and of none when something was queued', async () => {
    let doubts = 0;
    let wakes = 0;
    replicas[1].onDoubt(() => (doubts += 1));
    replicas[1].onQueued(() => (wakes += 1));
    await waitFor('its listener', async () => {
      await replicas[0].announceDoubt();
      return doubts > 0;
    });
    const queue = async (at: number): Promise<void> => {
      const before = wakes;
      await replicas[0].events.store(push(at), {}, NOW);
      await waitFor('what was queued', () => wakes > before);
    };
    // Messages come in their order: with this one all of the doubts have come.
    await queue(1);
    const doubtsBefore = doubts;
    await queue(2);
    expect(doubts).toBe(doubtsBefore);
  });
});

it('that cannot be reached is an error with its host and without its password', async () => {
  const opening = openPostgresInbox({ url: 'postgres://nectr:hunter2@127.0.0.1:1/nectr', box, log });
  await expect(opening).rejects.toThrow(/^(?!.*hunter2)The database on 127\.0\.0\.1:1 cannot be used/s);
});
