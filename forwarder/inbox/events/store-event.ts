// A verified delivery → a stored event, or the one that already stands for it. Runs inside one transaction: what it
// decides about duplicates and about older events of the pull request is true when it commits.
import type { Selectable } from 'kysely';
import { compileOnce } from '../compile-once.ts';
import type { NewEvent, Origin } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import type { Db, EventTable } from '../tables.ts';
import { findDuplicate, hasTrace } from './find-duplicate.ts';
import { holdConnection, WITHDRAWN } from '../connections/hold-connection.ts';
import { describeSuccessor, findOvertaker } from './find-newer.ts';
import { requeueEvent } from './requeue-event.ts';
import { explainSuperseded, supersedePending } from './supersede-events.ts';

export async function storeEvent(
  db: Db,
  event: NewEvent,
  origin: Origin,
  now: Date,
): Promise<StoredDelivery> {
  // Most are the first of their pull request, and known by nothing: then there is nothing to look up one by one.
  if (!(await hasTrace(db, event))) return storeFirst(db, event, origin, now);
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
      return insertEvent(db, event, origin, { status: 'ignored', reason: event.reason }, now);
    case 'withdraw':
      return storeWithdrawal(db, event, origin, now);
    case 'dispatch':
      return storeWork(db, event, origin, now);
  }
}

/** There is nothing that it could repeat, come after, or take back. */
async function storeFirst(db: Db, event: NewEvent, origin: Origin, now: Date): Promise<StoredDelivery> {
  switch (event.effect) {
    case 'none':
      return insertEvent(db, event, origin, { status: 'ignored', reason: event.reason }, now);
    case 'withdraw':
      return insertEvent(db, event, origin, CLOSED, now);
    case 'dispatch':
      return (await isWithdrawn(db, origin))
        ? insertEvent(db, event, origin, { status: 'superseded', reason: WITHDRAWN }, now)
        : insertEvent(db, event, origin, { status: 'pending', reason: null }, now);
  }
}

const CLOSED = { status: 'ignored', reason: 'the pull request was closed' } as const;

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
  const stored = await insertEvent(db, event, origin, CLOSED, now);
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
    return insertEvent(db, event, origin, { status: 'superseded', reason: WITHDRAWN }, now);
  }
  const overtaker = await findOvertaker(db, event.facts, { isFetched: origin.isFetched === true });
  if (overtaker !== undefined) {
    return insertEvent(
      db,
      event,
      origin,
      { status: 'superseded', reason: describeSuccessor(overtaker) },
      now,
    );
  }
  const superseded = await supersedePending(db, event.facts, now);
  const stored = await insertEvent(db, event, origin, { status: 'pending', reason: null }, now);
  await explainSuperseded(db, superseded, describeSuccessor(stored.eventId));
  return stored;
}

async function insertEvent(
  db: Db,
  event: NewEvent,
  { connectionId, isFetched = false }: Origin,
  { status, reason }: Pick<EventTable, 'status' | 'reason'>,
  now: Date,
) {
  const at = now.toISOString();
  const queued = status === 'pending';
  const facts = 'facts' in event ? event.facts : undefined;
  const [row] = await insertRow(db, {
    delivery_id: event.deliveryId,
    repo: event.repo ?? null,
    repository_id: event.repositoryId ?? null,
    event_type: event.eventType,
    effect: event.effect,
    action: event.action ?? null,
    pull_request: (event.effect === 'none' ? event.pullRequest : event.facts.pullRequest) ?? null,
    head_sha: facts?.headSha ?? null,
    base_sha: facts?.baseSha ?? null,
    body_digest: event.bodyDigest,
    pr_updated_at: facts?.updatedAt ?? null,
    status,
    reason,
    next_attempt_at: queued ? at : null,
    received_at: at,
    queued_at: at,
    completed_at: queued ? null : at,
    connection_id: connectionId ?? null,
    is_fetched: isFetched ? 1 : 0,
  });
  if (!row) throw new Error('an event was inserted, and the database named no id');
  return { kind: 'stored', eventId: row.id, queued } as const;
}

type NewRow = Omit<
  Selectable<EventTable>,
  | 'id'
  | 'attempts'
  | 'failures'
  | 'lease_owner'
  | 'lease_until'
  | 'run_id'
  | 'run_url'
  | 'dispatched_at'
  | 'wait_key'
>;

const insertRow = compileOnce((db, row: NewRow) =>
  db
    .insertInto('events')
    .values({
      delivery_id: row.delivery_id,
      repo: row.repo,
      repository_id: row.repository_id,
      event_type: row.event_type,
      effect: row.effect,
      action: row.action,
      pull_request: row.pull_request,
      head_sha: row.head_sha,
      base_sha: row.base_sha,
      body_digest: row.body_digest,
      pr_updated_at: row.pr_updated_at,
      status: row.status,
      reason: row.reason,
      attempts: 0,
      failures: 0,
      next_attempt_at: row.next_attempt_at,
      received_at: row.received_at,
      queued_at: row.queued_at,
      completed_at: row.completed_at,
      connection_id: row.connection_id,
      is_fetched: row.is_fetched,
    })
    .returning('id'),
);
