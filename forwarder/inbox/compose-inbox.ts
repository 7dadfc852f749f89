// A database that Kysely speaks to → the Inbox. Each operation is a file of its own beside this one.
import type { CompiledQuery } from 'kysely';
import { claimEvents, readNextDue } from './events/claim-events.ts';
import { addAuditEntry, listAuditEntries } from './audit/write-audit.ts';
import { dispatchEvent, dispatchEvents, failEvent, type Dispatched } from './events/finish-event.ts';
import { endRun, listFollowed, noteRun } from './events/follow-events.ts';
import { filterUnknown, hasPing, rememberReconciled } from './events/known-deliveries.ts';
import { findRepositoryId } from './events/find-repository.ts';
import { listEvents, readEvent } from './events/list-events.ts';
import { requeueEvent } from './events/requeue-event.ts';
import { requeueFailed, selectFailed, type FailedQuery } from './events/requeue-failed.ts';
import { retryEvent, takeOverEvents, type LockPullRequest } from './events/return-event.ts';
import { hastenEvents } from './events/hasten-events.ts';
import { measureEvents } from './events/measure-events.ts';
import { removeFinished } from './events/remove-finished.ts';
import { storeEvent, type Arrival } from './events/store-event.ts';
import { storeFirst, type AskAtOnce } from './events/store-first.ts';
import { storeInOrder } from './events/store-in-order.ts';
import { beginConnection, completeConnection, restoreConnection } from './connections/begin-connection.ts';
import { findByHooks, findByName, findByRepository, listConnections } from './connections/find-connection.ts';
import { pauseConnections, resumeConnections } from './connections/pause-connections.ts';
import { removeConnection } from './connections/remove-connection.ts';
import { replaceSecrets } from './connections/replace-secrets.ts';
import { renameConnection } from './connections/rename-connection.ts';
import type { PullRequestFacts } from './event.ts';
import { gather, type Together } from './gather.ts';
import { holdConnections } from './hold-connections.ts';
import type { ConnectionStore, Inbox, RequeuedBatch, RequeuedEvent, StoredDelivery } from './inbox.ts';
import type { Log } from '../open-log.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { resealConnections, sealConnections, type ConnectionRows } from './seal-connections.ts';
import { probe } from './probe.ts';
import type { Db } from './tables.ts';
import { blockToken, takeToken } from './tokens/take-token.ts';

export type PullRequest = Pick<PullRequestFacts, 'repositoryId' | 'pullRequest'>;

/** What the databases do in their own ways. */
export interface DatabaseWays {
  /** Whether other processes work on it at the same time. */
  readonly isShared: boolean;
  readonly box: SecretBox;
  readonly log: Log;
  readonly askAtOnce: AskAtOnce;
  readonly transact: <Value>(work: (db: Db) => Promise<Value>) => Promise<Value>;
  /**
   * Until the transaction that asks it ends, nobody else decides about these pull requests. They come each once, and in one order everywhere.
   * None: nobody else could.
   */
  readonly composeLocks: (db: Db, pullRequests: readonly PullRequest[]) => readonly CompiledQuery[];
  /** Tells every replica, soon, that something to dispatch was committed. */
  readonly announceQueued: () => void;
  readonly onQueued: (wake: () => void) => void;
  readonly announceDoubt: Inbox['announceDoubt'];
  readonly onDoubt: Inbox['onDoubt'];
  readonly exclusively: <Value>(key: string, work: (lost: AbortSignal) => Promise<Value>) => Promise<Value>;
  readonly lead: Inbox['lead'];
  readonly close: () => Promise<void>;
}

export function composeInbox(db: Db, ways: DatabaseWays): Inbox {
  const { transact } = ways;
  const lock: LockPullRequest = (trx, repositoryId, pullRequest) =>
    lockPullRequests(ways, trx, [{ repositoryId, pullRequest }]);
  const first = gather(
    eachOrAll((arrivals: readonly Arrival[]) =>
      storeFirst(db, ways.askAtOnce, (alone) => composeLocks(ways, db, listFacts(alone)), arrivals),
    ),
  );
  const other = gather(
    eachOrAll((arrivals: readonly Arrival[]) => transact((trx) => storeLocked(ways, trx, arrivals))),
  );
  const storeOne = storeInOrder({ first, other });
  const store = async (arrival: Arrival): Promise<StoredDelivery> => {
    try {
      return await storeOne(arrival);
    } finally {
      // Whatever came of it: when the answer to the commit was lost, it is stored, and said to be a duplicate or not to be stored.
      if (arrival.event.effect === 'dispatch') ways.announceQueued();
    }
  };
  const dispatched = gather({
    all: (ends: readonly Dispatched[]) => transact((trx) => dispatchEvents(trx, ends)),
    one: (end) => dispatchEvent(db, end),
  });
  const sealed: ConnectionRows = {
    findByHook: gather({ all: (hookIds) => findByHooks(db, hookIds) }),
    findByRepository: (repositoryId) => findByRepository(db, repositoryId),
    findByName: (fullName) => findByName(db, fullName),
    list: (state) => listConnections(db, state),
    begin: (repository, now) => transact((trx) => beginConnection(trx, repository, now)),
    complete: (id, hookId, now) => completeConnection(db, id, hookId, now),
    restore: (connection, now) => restoreConnection(db, connection, now),
    rename: (repositoryId, fullName, now) => renameConnection(db, repositoryId, fullName, now),
    remove: (id, now) => transact((trx) => removeConnection(trx, id, now)),
    pause: (scope, pause) => pauseConnections(db, scope, pause),
    resume: (repositoryId, tokenKey) => resumeConnections(db, repositoryId, tokenKey),
  };
  const connections: ConnectionStore = {
    ...sealConnections(sealed, ways.box, ways.log),
    exclusively: (repositoryId, work) =>
      ways.exclusively(`repository ${repositoryId}`, (lost) => work(holdConnections(connections, lost))),
  };
  return {
    isShared: ways.isShared,
    events: {
      store: (event, origin, now) => store({ event, origin, now }),
      list: (query) => listEvents(db, query),
      read: (id) => readEvent(db, id),
      findRepositoryId: (fullName) => findRepositoryId(db, fullName),
      requeue: async (id, now) => {
        const requeued = await transact((trx) => requeueLocked(ways, trx, id, now));
        if (requeued.kind === 'queued') ways.announceQueued();
        return requeued;
      },
      requeueFailed: async (query, now) => {
        const requeued = await transact((trx) => requeueFailedLocked(ways, trx, query, now));
        if (requeued.queued.length > 0) ways.announceQueued();
        return requeued;
      },
      claim: (lease, wanted, now) => transact((trx) => claimEvents(trx, lock, lease, wanted, now)),
      readNextDue: (wanted, now) => readNextDue(db, wanted, now),
      hasten: (credentialsKey, now) => hastenEvents(db, credentialsKey, now),
      takeOver: (owner, maxFailures, now) =>
        transact((trx) => takeOverEvents(trx, lock, owner, maxFailures, now)),
      dispatched: (id, owner, now) => dispatched({ id, owner, now }),
      fail: (id, owner, reason, now) => failEvent(db, id, owner, reason, now),
      retry: (id, owner, plan, now) => transact((trx) => retryEvent(trx, lock, id, owner, plan, now)),
      listFollowed: () => listFollowed(db),
      noteRun: (event, run) => noteRun(db, event, run),
      endRun: (event, end, now) => transact((trx) => endRun(trx, event, end, now)),
      hasPing: (repositoryId, since, options) => hasPing(db, repositoryId, since, options),
      filterUnknown: (deliveryIds) => filterUnknown(db, deliveryIds),
      rememberReconciled: (deliveryId, now) => rememberReconciled(db, deliveryId, now),
      measure: () => measureEvents(db),
      removeFinished: (before) => removeFinished(db, before),
    },
    connections,
    tokens: {
      take: (tokenKey, paces, now) => transact((trx) => takeToken(trx, tokenKey, paces, now)),
      block: (tokenKey, until) => blockToken(db, tokenKey, until),
    },
    audit: {
      add: (entry, now) => addAuditEntry(db, entry, now),
      list: (query) => listAuditEntries(db, query),
    },
    lead: ways.lead,
    reseal: () => resealConnections(sealed, ways.box, (read, secrets) => replaceSecrets(db, read, secrets)),
    onQueued: ways.onQueued,
    announceDoubt: ways.announceDoubt,
    onDoubt: ways.onDoubt,
    probe: (now) => probe(db, now),
    close: ways.close,
  };
}

/** Alone, where one of many spoils it for the others. */
function eachOrAll<Item, Result>(
  all: (items: readonly Item[]) => Promise<readonly Result[]>,
): Together<Item, Result> {
  const one = async (item: Item): Promise<Result> => {
    const results = await all([item]);
    if (results.length !== 1) throw new Error('one was asked, and not one answered');
    return results[0] as Result;
  };
  return { all, one };
}

function listFacts(arrivals: readonly Arrival[]): readonly PullRequest[] {
  return arrivals.flatMap(({ event }) => ('facts' in event ? [event.facts] : []));
}

async function storeLocked(
  ways: DatabaseWays,
  trx: Db,
  arrivals: readonly Arrival[],
): Promise<StoredDelivery[]> {
  await lockPullRequests(ways, trx, listFacts(arrivals));
  const stored: StoredDelivery[] = [];
  for (const arrival of arrivals) stored.push(await storeEvent(trx, arrival));
  return stored;
}

/** Each once, and in one order everywhere: replicas that lock several must not wait for each other. */
function composeLocks(ways: DatabaseWays, db: Db, facts: readonly PullRequest[]): readonly CompiledQuery[] {
  const unique = new Map(
    facts.map(({ repositoryId, pullRequest }) => [
      `${repositoryId}/${pullRequest}`,
      { repositoryId, pullRequest },
    ]),
  );
  const ordered = [...unique.values()].toSorted(
    (a, b) => a.repositoryId - b.repositoryId || a.pullRequest - b.pullRequest,
  );
  return ordered.length > 0 ? ways.composeLocks(db, ordered) : [];
}

async function lockPullRequests(ways: DatabaseWays, trx: Db, facts: readonly PullRequest[]): Promise<void> {
  for (const lock of composeLocks(ways, trx, facts)) await trx.executeQuery(lock);
}

async function requeueLocked(ways: DatabaseWays, trx: Db, id: number, now: Date): Promise<RequeuedEvent> {
  const event = await readEvent(trx, id);
  if (event?.repositoryId != null && event.pullRequest !== null) {
    await lockPullRequests(ways, trx, [{ repositoryId: event.repositoryId, pullRequest: event.pullRequest }]);
  }
  return requeueEvent(trx, id, now);
}

async function requeueFailedLocked(
  ways: DatabaseWays,
  trx: Db,
  query: FailedQuery,
  now: Date,
): Promise<RequeuedBatch> {
  const failed = await selectFailed(trx, query);
  const facts = failed.flatMap(({ repository_id: repositoryId, pull_request: pullRequest }) =>
    repositoryId === null || pullRequest === null ? [] : [{ repositoryId, pullRequest }],
  );
  await lockPullRequests(ways, trx, facts);
  const ids = failed.map(({ id }) => id);
  return requeueFailed(trx, ids, now);
}
