// What the store keeps of an event and the connection that it is of: the same facts on every database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../../../forwarder/inbox/event.ts';
import type { Inbox } from '../../../forwarder/inbox/inbox.ts';
import { openInbox, type Database } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { waitFor } from '../wait-for.ts';
import { WANTED, DATABASES, startDatabases, type DatabaseServer } from './stores.ts';

let inbox: Inbox;
let nowMs: number;
let counter: number;

const now = (): Date => new Date(nowMs);
const MINUTE_MS = 60_000;
const WITHDRAWN = 'withdrawn: the repository was disconnected';

function compose(pullRequest = 7, repositoryId = 1, repo = 'octo/app'): NewEvent {
  counter += 1;
  return {
    deliveryId: `delivery-${counter}`,
    bodyDigest: `digest-${counter}`,
    eventType: 'opened_pull_request',
    action: 'opened',
    repo,
    repositoryId,
    effect: 'dispatch',
    facts: {
      repositoryId,
      pullRequest,
      headSha: counter.toString(16).padStart(40, '0'),
      baseSha: 'b'.repeat(40),
      updatedAt: new Date(nowMs + counter * 1000).toISOString(),
    },
  };
}

/** Returns its id. */
async function connect(repositoryId = 1, fullName = 'octo/app'): Promise<number> {
  const { id } = await inbox.connections.begin({ repositoryId, fullName, secret: 's'.repeat(64) }, now());
  await inbox.connections.complete(id, 1000 + repositoryId, now());
  return id;
}

async function storeFor(connectionId: number | undefined, pullRequest?: number): Promise<number> {
  return (await inbox.events.store(compose(pullRequest), { connectionId }, now())).eventId;
}

const claim = async (): Promise<number[]> => {
  const lease = { owner: 'me', until: new Date(nowMs + MINUTE_MS) };
  return (await inbox.events.claim(lease, { ...WANTED, limit: 10 }, now())).map(({ id }) => id);
};

const arrive = async (repositoryId: number, repo: string): Promise<void> => {
  nowMs += 1000;
  await inbox.events.store(compose(7, repositoryId, repo), {}, now());
};

const claimWith = async (credentialsKey: string): Promise<number[]> => {
  const lease = { owner: 'me', until: new Date(nowMs + MINUTE_MS) };
  const claimed = await inbox.events.claim(lease, { ...WANTED, credentialsKey }, now());
  return claimed.map(({ id }) => id);
};

const until = (): Date => new Date(nowMs + MINUTE_MS);

const storePing = (origin: { isFetched?: boolean }, name: string) =>
  inbox.events.store(
    {
      deliveryId: 'ping',
      bodyDigest: name,
      eventType: 'ping',
      action: undefined,
      repo: 'octo/app',
      repositoryId: 1,
      effect: 'none',
      pullRequest: undefined,
      reason: 'ping starts no review',
    },
    origin,
    now(),
  );

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
    inbox = await openInbox(database, { secretsKeys: [Buffer.alloc(32, 1)], log: openLog('silent') });
    nowMs = Date.parse('2026-11-23T10:00:00Z');
    counter = 0;
  });
  afterEach(async () => {
    await inbox.close();
  });

  describe('when a repository is disconnected', () => {
    it('what waits is withdrawn', async () => {
      const connection = await connect();
      await storeFor(connection);
      await inbox.connections.remove(connection, now());
      expect(await inbox.events.read(1)).toMatchObject({ status: 'superseded', reason: WITHDRAWN });
    });

    it('what is being dispatched is withdrawn when it comes back to be tried again', async () => {
      const connection = await connect();
      await storeFor(connection);
      await claim();
      await inbox.connections.remove(connection, now());
      await inbox.events.retry(
        1,
        'me',
        { reason: 'github_unavailable', nextAttemptAt: now(), counts: true },
        now(),
      );
      expect(await inbox.events.read(1)).toMatchObject({ status: 'superseded', reason: WITHDRAWN });
      expect(await claim()).toEqual([]);
    });

    it('what its dispatcher left is withdrawn when its lease ends', async () => {
      const connection = await connect();
      await storeFor(connection);
      await claim();
      await inbox.connections.remove(connection, now());
      nowMs += 2 * MINUTE_MS;
      expect(await claim()).toEqual([]);
      expect(await inbox.events.read(1)).toMatchObject({ status: 'superseded', reason: WITHDRAWN });
    });

    it('what was verified or fetched before is stored as withdrawn', async () => {
      const connection = await connect();
      await inbox.connections.remove(connection, now());
      const stored = await inbox.events.store(compose(), { connectionId: connection }, now());
      expect(stored).toMatchObject({ kind: 'stored', queued: false });
      expect(await inbox.events.read(1)).toMatchObject({ status: 'superseded', reason: WITHDRAWN });
    });

    it('nothing of it comes back with a later connection of the same repository', async () => {
      const connection = await connect();
      await storeFor(connection);
      await claim();
      await inbox.connections.remove(connection, now());
      expect(await connect()).not.toBe(connection);
      nowMs += 2 * MINUTE_MS;
      expect(await claim()).toEqual([]);
    });

    it('an event is sent again only after it was connected again', async () => {
      const connection = await connect();
      await storeFor(connection);
      await inbox.connections.remove(connection, now());
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'refused',
        code: 'not_connected',
        message: expect.stringMatching(/connect it first \(POST \/api\/v1\/repos\/octo\/app\/install\)/),
      });
      const again = await connect();
      expect(await inbox.events.requeue(1, now())).toMatchObject({
        kind: 'queued',
        event: { connectionId: again },
      });
      expect(await claim()).toEqual([1]);
    });

    it('events of a webhook that no connection made go on', async () => {
      await storeFor(undefined);
      await claim();
      await inbox.events.fail(1, 'me', 'x', now());
      expect(await inbox.events.requeue(1, now())).toMatchObject({ kind: 'queued' });
      expect(await claim()).toEqual([1]);
    });
  });

  describe('the repository of a name', () => {
    it('is the one whose deliveries have it, in any case', async () => {
      await arrive(1, 'octo/App');
      expect(await inbox.events.findRepositoryId('OCTO/app')).toBe(1);
      expect(await inbox.events.findRepositoryId('octo/other')).toBeUndefined();
    });

    it('is the one that was connected under it, also before anything has come', async () => {
      await connect(3, 'octo/silent');
      expect(await inbox.events.findRepositoryId('octo/silent')).toBe(3);
    });

    it('is none after it got another one', async () => {
      await arrive(1, 'octo/app');
      await arrive(1, 'octo/motor');
      expect(await inbox.events.findRepositoryId('octo/motor')).toBe(1);
      expect(await inbox.events.findRepositoryId('octo/app')).toBeUndefined();
    });

    it('is the renamed one as soon as GitHub told its new name', async () => {
      await connect(1, 'octo/app');
      await arrive(1, 'octo/app');
      nowMs += 1000;
      await inbox.connections.rename(1, 'octo/motor', now());
      expect(await inbox.events.findRepositoryId('octo/motor')).toBe(1);
      expect(await inbox.events.findRepositoryId('octo/app')).toBeUndefined();
    });

    it('is the one that took it over from another', async () => {
      await connect(1, 'octo/app');
      await arrive(1, 'octo/app');
      await arrive(2, 'octo/app');
      expect(await inbox.events.findRepositoryId('octo/app')).toBe(2);
      nowMs += 1000;
      await connect(3, 'octo/app');
      expect(await inbox.events.findRepositoryId('octo/app')).toBe(3);
    });
  });

  describe('what credentials were refused', () => {
    it('pauses a connection for these, and not for others', async () => {
      const connection = await connect();
      await storeFor(connection);
      const pause = { until: until(), reason: 'x', credentialsKey: 'token:old' };
      await inbox.connections.pause({ repositoryId: 1 }, pause);
      expect(await claimWith('token:old')).toEqual([]);
      expect(await inbox.events.readNextDue({ credentialsKey: 'token:old' }, now())).toEqual(until());
      expect(await inbox.events.readNextDue({ credentialsKey: 'token:new' }, now())).toEqual(now());
      expect(await claimWith('token:new')).toEqual([1]);
    });

    it('is due at once when others are there', async () => {
      await storeFor(undefined);
      await claimWith('token:old');
      const plan = { reason: 'x', nextAttemptAt: until(), counts: false, waitKey: 'token:old' };
      await inbox.events.retry(1, 'me', plan, now());
      expect(await inbox.events.hasten('token:old', now())).toBe(0);
      expect(await claimWith('token:old')).toEqual([]);
      expect(await inbox.events.hasten('token:new', now())).toBe(1);
      expect(await claimWith('token:new')).toEqual([1]);
    });

    it('does not hasten what waits for something else', async () => {
      await storeFor(undefined);
      await claimWith('token:old');
      await inbox.events.retry(1, 'me', { reason: 'x', nextAttemptAt: until(), counts: true }, now());
      expect(await inbox.events.hasten('token:new', now())).toBe(0);
    });
  });

  describe('all that failed', () => {
    it('is made pending again batch by batch, the newest of each pull request', async () => {
      for (let pullRequest = 1; pullRequest <= 130; pullRequest += 1) await storeFor(undefined, pullRequest);
      await storeFor(undefined, 1);
      const lease = { owner: 'me', until: new Date(nowMs + MINUTE_MS) };
      const claimed = await inbox.events.claim(lease, { ...WANTED, limit: 200 }, now());
      for (const { id } of claimed) await inbox.events.fail(id, 'me', 'x', now());
      const first = await inbox.events.requeueFailed({ repositoryId: 1, beforeId: undefined }, now());
      expect([first.queued.length, first.queued[0], first.refused]).toEqual([100, 131, 0]);
      const rest = { repositoryId: 1, beforeId: first.nextBeforeId };
      const last = await inbox.events.requeueFailed(rest, now());
      expect([last.queued.length, last.refused, last.nextBeforeId]).toEqual([30, 0, undefined]);
      const of2 = { repositoryId: 2, beforeId: undefined };
      expect((await inbox.events.requeueFailed(of2, now())).queued).toEqual([]);
    });
  });

  describe('a ping', () => {
    it('that was fetched has not come, until it comes', async () => {
      await storePing({ isFetched: true }, 'fetched');
      expect(await inbox.events.hasPing(1, now())).toBe(false);
      expect(await inbox.events.hasPing(1, now(), { orFetched: true })).toBe(true);
      await storePing({}, 'delivered');
      expect(await inbox.events.hasPing(1, now())).toBe(true);
    });
  });

  it('a doubt is heard', async () => {
    let heard = 0;
    inbox.onDoubt(() => (heard += 1));
    await waitFor('the doubt', async () => {
      await inbox.announceDoubt();
      return heard > 0;
    });
    expect(heard).toBeGreaterThan(0);
  });
});
