// Takes back what still waits: for a pull request, because a newer event came or it was closed; for a repository,
// because it was disconnected.
import type { PullRequestFacts } from '../event.ts';
import type { Db } from '../tables.ts';

/** Returns the ids, so that the reason can be written once the id of the newer event is known. */
export async function supersedePending(
  db: Db,
  { repositoryId, pullRequest, updatedAt }: PullRequestFacts,
  now: Date,
): Promise<readonly number[]> {
  const rows = await db
    .updateTable('events')
    .set({ status: 'superseded', next_attempt_at: null, completed_at: now.toISOString() })
    .where('repository_id', '=', repositoryId)
    .where('pull_request', '=', pullRequest)
    .where('status', '=', 'pending')
    .where('pr_updated_at', '<=', updatedAt)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function explainSuperseded(db: Db, ids: readonly number[], reason: string): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('events').set({ reason }).where('id', 'in', ids).execute();
}

export async function withdrawRepository(
  db: Db,
  repositoryId: number,
  reason: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('events')
    .set({ status: 'superseded', reason, next_attempt_at: null, completed_at: now.toISOString() })
    .where('repository_id', '=', repositoryId)
    .where('status', '=', 'pending')
    .execute();
}
