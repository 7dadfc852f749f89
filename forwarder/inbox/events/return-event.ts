// An event in processing → pending again: because its dispatch is to be tried later, or because its holder is gone.
// One that was interrupted too often has failed. One that was overtaken meanwhile, or whose repository was disconnected, is superseded instead.
import { holdConnection, WITHDRAWN } from '../connections/hold-connection.ts';
import type { RetryPlan } from '../inbox.ts';
import type { Db, EventRow } from '../tables.ts';
import { describeSuccessor, findSuccessor } from './find-newer.ts';

/** Until the transaction ends, nobody else decides about this pull request. */
export type LockPullRequest = (db: Db, repositoryId: number, pullRequest: number) => Promise<void>;

export async function retryEvent(
  db: Db,
  lock: LockPullRequest,
  id: number,
  owner: string,
  plan: RetryPlan,
  now: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where('lease_owner', '=', owner)
    .forUpdate()
    .executeTakeFirst();
  if (row) await returnEvent(db, lock, row, plan, now);
  return row !== undefined;
}

/**
 * Whoever held it may have died before or after the call, and perhaps of it: it counts as a failure, and after `maxFailures`
 * of them the event has failed, so that none ends the process for ever.
 */
export async function returnExpired(
  db: Db,
  lock: LockPullRequest,
  maxFailures: number,
  now: Date,
): Promise<void> {
  await returnAll(
    db,
    lock,
    await selectUndispatched(db)
      .where('lease_until', '<=', now.toISOString())
      .orderBy('lease_until')
      .orderBy('id')
      .execute(),
    maxFailures,
    now,
  );
}

export async function takeOverEvents(
  db: Db,
  lock: LockPullRequest,
  owner: string,
  maxFailures: number,
  now: Date,
): Promise<number> {
  const rows = await selectUndispatched(db).where('lease_owner', '<>', owner).orderBy('id').execute();
  await returnAll(db, lock, rows, maxFailures, now);
  return rows.length;
}

function selectUndispatched(db: Db) {
  return db
    .selectFrom('events')
    .selectAll()
    .where('status', '=', 'processing')
    .where('dispatched_at', 'is', null)
    .forUpdate()
    .skipLocked();
}

const INTERRUPTED = 'interrupted: the forwarder stopped during the dispatch';

async function returnAll(
  db: Db,
  lock: LockPullRequest,
  rows: readonly EventRow[],
  maxFailures: number,
  now: Date,
): Promise<void> {
  const plan = { reason: INTERRUPTED, nextAttemptAt: now, counts: true };
  for (const row of rows) {
    if (row.failures + 1 < maxFailures) await returnEvent(db, lock, row, plan, now);
    else await giveUp(db, row, now);
  }
}

async function giveUp(db: Db, { id, failures }: EventRow, now: Date): Promise<void> {
  await db
    .updateTable('events')
    .set({
      status: 'failed',
      reason: `${INTERRUPTED} (given up after ${failures + 1} tries)`,
      failures: failures + 1,
      completed_at: now.toISOString(),
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', id)
    .execute();
}

async function returnEvent(
  db: Db,
  lock: LockPullRequest,
  row: EventRow,
  { reason, nextAttemptAt, counts, isUncalled = false, waitKey }: RetryPlan,
  now: Date,
): Promise<void> {
  const { id, failures } = row;
  const attempts = row.attempts - (isUncalled ? 1 : 0);
  const obstacle = await findObstacle(db, lock, row);
  const next_attempt_at = nextAttemptAt.toISOString();
  const change =
    obstacle === undefined
      ? { status: 'pending' as const, reason, next_attempt_at, failures: failures + (counts ? 1 : 0) }
      : { status: 'superseded' as const, reason: obstacle, completed_at: now.toISOString() };
  await db
    .updateTable('events')
    .set({ ...change, attempts, wait_key: waitKey ?? null, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .execute();
}

/** Why it must not be dispatched any more. */
async function findObstacle(db: Db, lock: LockPullRequest, row: EventRow): Promise<string | undefined> {
  const { id, repository_id, pull_request, pr_updated_at, queued_at, connection_id } = row;
  if (repository_id === null || pull_request === null || pr_updated_at === null) {
    throw new Error(`event ${id} is processing, but it is not a pull request's`);
  }
  // Who stores a newer event, or a closing, right now does not see this one waiting yet.
  await lock(db, repository_id, pull_request);
  if (connection_id !== null && !(await holdConnection(db, connection_id))) return WITHDRAWN;
  const successor = await findSuccessor(
    db,
    { repositoryId: repository_id, pullRequest: pull_request, updatedAt: pr_updated_at },
    { id, queuedAt: queued_at },
  );
  return successor === undefined ? undefined : describeSuccessor(successor);
}
