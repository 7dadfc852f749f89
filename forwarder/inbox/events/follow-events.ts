// Dispatched events and their runs: which are open, which run is whose, and how each ends. An event that was dispatched
// again meanwhile is another's to end, so its time of dispatch is asked for in every write.
import type { FollowedEvent } from '../event.ts';
import type { FoundRun, RunEnd } from '../inbox.ts';
import type { Db, EventRow } from '../tables.ts';
import { describeSuccessor, findSuccessor } from './find-newer.ts';
import { readClaimedRow } from './read-row.ts';

/** The oldest dispatch first. */
export async function listFollowed(db: Db): Promise<readonly FollowedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('status', '=', 'processing')
    .where('dispatched_at', 'is not', null)
    .orderBy('dispatched_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...readClaimedRow(row), dispatchedAt: row.dispatched_at ?? '' }));
}

export async function noteRun(db: Db, { id, dispatchedAt }: FollowedEvent, run: FoundRun): Promise<void> {
  await db
    .updateTable('events')
    .set({ run_id: run.id, run_url: run.url })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where('dispatched_at', '=', dispatchedAt)
    .execute();
}

/** False: it had ended already, or was dispatched again. */
export async function endRun(
  db: Db,
  { id, dispatchedAt }: FollowedEvent,
  end: RunEnd,
  now: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where('dispatched_at', '=', dispatchedAt)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return false;
  const { status, reason } = end.kind === 'cancelled' ? await judgeCancelled(db, row, end) : readEnd(end);
  await db
    .updateTable('events')
    .set({ status, reason, completed_at: now.toISOString() })
    .where('id', '=', id)
    .execute();
  return true;
}

function readEnd(end: Exclude<RunEnd, { kind: 'cancelled' }>) {
  return end.kind === 'completed'
    ? ({ status: 'completed', reason: end.reason ?? null } as const)
    : ({ status: 'failed', reason: end.reason } as const);
}

/**
 * The run of a newer head cancels the one before it (`cancel-in-progress`): nothing failed then. Nor when a dispatch whose
 * answer was lost came late: its run reviews the head of that time, which is the newest.
 */
async function judgeCancelled(
  db: Db,
  row: EventRow,
  { reason, newerRunUrl }: Extract<RunEnd, { kind: 'cancelled' }>,
) {
  const { id, repository_id, pull_request, pr_updated_at, queued_at } = row;
  const successor =
    repository_id === null || pull_request === null || pr_updated_at === null
      ? undefined
      : await findSuccessor(
          db,
          { repositoryId: repository_id, pullRequest: pull_request, updatedAt: pr_updated_at },
          { id, queuedAt: queued_at },
        );
  if (successor !== undefined) return { status: 'superseded', reason: describeSuccessor(successor) } as const;
  if (newerRunUrl === undefined) return { status: 'failed', reason } as const;
  return { status: 'superseded', reason: `superseded: ${newerRunUrl} took the place of its run` } as const;
}
