// A pull request's event → the newest other one that takes its place, if any. Deliveries come in any order:
// `pull_request.updated_at` decides. Events that say nothing about the head (labels, titles) do not count.
import type { Db } from '../tables.ts';

export interface PullRequestKey {
  readonly repositoryId: number;
  readonly pullRequest: number;
  /** `pull_request.updated_at` of the event that asks. */
  readonly updatedAt: string;
}

/**
 * On arrival: one that GitHub made later came first. Its clock has whole seconds; a tie goes to the last to come, but what is
 * fetched is fetched newest first: there it goes to the one before.
 */
export async function findOvertaker(
  db: Db,
  { repositoryId, pullRequest, updatedAt }: PullRequestKey,
  { isFetched }: { readonly isFetched: boolean },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('pull_request', '=', pullRequest)
    .where('effect', 'in', ['dispatch', 'withdraw'])
    .where((where) => {
      const isLater = where('pr_updated_at', '>', updatedAt);
      const isTie = where.and([where('pr_updated_at', '=', updatedAt), where('is_fetched', '=', 1)]);
      return isFetched ? where.or([isLater, isTie]) : isLater;
    })
    .orderBy('pr_updated_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row?.id;
}

/**
 * While it was being dispatched: one that asks for a newer head, or one that came since it was queued and is not older.
 * When it came does not say enough: of two on their way at once, the second to come may be the first to be stored, and the
 * clocks of two replicas differ. Whatever waits by now was stored later and found this one no newer.
 */
export async function findSuccessor(
  db: Db,
  { repositoryId, pullRequest, updatedAt }: PullRequestKey,
  { id, queuedAt }: { readonly id: number; readonly queuedAt: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('pull_request', '=', pullRequest)
    .where('effect', 'in', ['dispatch', 'withdraw'])
    .where('id', '<>', id)
    .where((where) =>
      where.or([
        where.and([where('effect', '=', 'dispatch'), where('pr_updated_at', '>', updatedAt)]),
        where.and([where('queued_at', '>=', queuedAt), where('pr_updated_at', '>=', updatedAt)]),
        where('status', '=', 'pending'),
      ]),
    )
    .where('status', '<>', 'superseded')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row?.id;
}

export function describeSuccessor(id: number): string {
  return `superseded: event ${id} is newer`;
}
