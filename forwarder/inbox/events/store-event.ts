// A verified delivery → a stored event, or the one that already stands for it. Runs inside one transaction: what it
// decides about duplicates and about older events of the pull request is true when it commits.
import type { NewEvent, Origin } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import type { Db, EventTable } from '../tables.ts';
import { findDuplicate } from './find-duplicate.ts';
import { holdConnection, WITHDRAWN } from '../connections/hold-connection.ts';
import { describeSuccessor, findOvertaker } from './find-newer.ts';
import { composeRow } from './compose-row.ts';
import { insertEvent } from './insert-events.ts';
import { requeueEvent } from './requeue-event.ts';
import { explainSuperseded, supersedePending } from './supersede-events.ts';

export interface Arrival {
  readonly event: NewEvent;
  readonly origin: Origin;
  readonly now: Date;
}

export async function storeEvent(db: Db, { event, origin, now }: Arrival): Promise<StoredDelivery> {
  const duplicate = await findDuplicate(db, event, now);
  if (duplicate) {
    const { id, detail, isRetry } = duplicate;
    if (origin.isFetched !== true) await noteArrival(db, id);
    if (!isRetry) return { kind: 'duplicate', eventId: id, detail };
    const requeued = await requeueEvent(db, id, now);
    return requeued.kind === 'refused'
      ? { kind: 'duplicate', eventId: id, detail: requeued.message }
      : { kind: 'stored', eventId: id, queued: true };
  }
  switch (event.effect) {
    case 'none':
      return insert(db, event, origin, { status: 'ignored', reason: event.reason }, now);
    case 'withdraw':
      return storeWithdrawal(db, event, origin, now);
    case 'dispatch':
      return storeWork(db, event, origin, now);
  }
}

export const CLOSED = { status: 'ignored', reason: 'the pull request was closed' } as const;

/** It was verified, or fetched, before the repository was disconnected. */
async function isWithdrawn(db: Db, { connectionId }: Origin): Promise<boolean> {
  return connectionId !== undefined && !(await holdConnection(db, connectionId));
}

/** It was fetched first, and has come by itself after all. */
async function noteArrival(db: Db, id: number): Promise<void> {
  await db
    .updateTable('events')
    .set({ is_fetched: 0 })
    .where('id', '=', id)
    .where('is_fetched', '=', 1)
    .execute();
}

type PullRequestEvent = Extract<NewEvent, { facts: unknown }>;

async function storeWithdrawal(
  db: Db,
  event: PullRequestEvent,
  origin: Origin,
  now: Date,
): Promise<StoredDelivery> {
  const stored = await insert(db, event, origin, CLOSED, now);
  const withdrawn = await supersedePending(db, event.facts, now);
  await explainSuperseded(
    db,
    withdrawn,
    `withdrawn: event ${stored.eventId} says that the pull request was closed`,
  );
  return stored;
}

async function storeWork(
  db: Db,
  event: PullRequestEvent,
  origin: Origin,
  now: Date,
): Promise<StoredDelivery> {
  if (await isWithdrawn(db, origin)) {
    return insert(db, event, origin, { status: 'superseded', reason: WITHDRAWN }, now);
  }
  const overtaker = await findOvertaker(db, event.facts, { isFetched: origin.isFetched === true });
  if (overtaker !== undefined) {
    return insert(db, event, origin, { status: 'superseded', reason: describeSuccessor(overtaker) }, now);
  }
  const superseded = await supersedePending(db, event.facts, now);
  const stored = await insert(db, event, origin, { status: 'pending', reason: null }, now);
  await explainSuperseded(db, superseded, describeSuccessor(stored.eventId));
  return stored;
}

async function insert(
  db: Db,
  event: NewEvent,
  origin: Origin,
  state: Pick<EventTable, 'status' | 'reason'>,
  now: Date,
) {
  const { rows } = await db.executeQuery(insertEvent(db, composeRow(event, origin, state, now)));
  const eventId = rows[0]?.id;
  if (eventId === undefined) throw new Error('an event was inserted, and the database named no id');
  return { kind: 'stored', eventId, queued: state.status === 'pending' } as const;
}
