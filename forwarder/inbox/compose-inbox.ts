// A database that Kysely speaks to → the Inbox. Each operation is a file of its own beside this one.
import { claimEvents, readNextDue } from './events/claim-events.ts';
import { completeEvent, failEvent } from './events/finish-event.ts';
import { listEvents, readEvent } from './events/list-events.ts';
import { requeueEvent } from './events/requeue-event.ts';
import { retryEvent, takeOverEvents } from './events/return-event.ts';
import { storeEvent } from './events/store-event.ts';
import { withdrawRepository } from './events/supersede-events.ts';
import { beginConnection, completeConnection, restoreConnection } from './connections/begin-connection.ts';
import { findByHook, findByName, findByRepository, listConnections } from './connections/find-connection.ts';
import { removeConnection } from './connections/remove-connection.ts';
import { renameConnection } from './connections/rename-connection.ts';
import type { Inbox } from './inbox.ts';
import { probe } from './probe.ts';
import type { Db } from './tables.ts';

export function composeInbox(db: Db): Inbox {
  return {
    events: {
      store: (event, now) => db.transaction().execute((trx) => storeEvent(trx, event, now)),
      list: (query) => listEvents(db, query),
      read: (id) => readEvent(db, id),
      requeue: (id, now) => db.transaction().execute((trx) => requeueEvent(trx, id, now)),
      claim: (lease, limit, now) => db.transaction().execute((trx) => claimEvents(trx, lease, limit, now)),
      readNextDue: () => readNextDue(db),
      takeOver: (owner, now) => db.transaction().execute((trx) => takeOverEvents(trx, owner, now)),
      complete: (id, owner, now) => completeEvent(db, id, owner, now),
      fail: (id, owner, reason, now) => failEvent(db, id, owner, reason, now),
      retry: (id, owner, plan) => db.transaction().execute((trx) => retryEvent(trx, id, owner, plan)),
      withdrawRepository: (repositoryId, reason, now) => withdrawRepository(db, repositoryId, reason, now),
    },
    connections: {
      findByHook: (hookId) => findByHook(db, hookId),
      findByRepository: (repositoryId) => findByRepository(db, repositoryId),
      findByName: (fullName) => findByName(db, fullName),
      list: (state) => listConnections(db, state),
      begin: (repository, now) => db.transaction().execute((trx) => beginConnection(trx, repository, now)),
      complete: (id, hookId, now) => completeConnection(db, id, hookId, now),
      restore: (connection, now) => restoreConnection(db, connection, now),
      rename: (repositoryId, fullName, now) => renameConnection(db, repositoryId, fullName, now),
      remove: (id) => removeConnection(db, id),
    },
    probe: (now) => probe(db, now),
    close: () => db.destroy(),
  };
}
