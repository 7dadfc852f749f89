// Failed events → pending again, a batch at a time, newest first: one transaction for all of a batch, and none that holds the
// store for long. What one by itself would be refused for, it is refused for here as well.
import type { RequeuedBatch } from '../inbox.ts';
import type { Db, EventRow } from '../tables.ts';
import { requeueEvent } from './requeue-event.ts';

const BATCH = 100;

export interface FailedQuery {
  readonly repositoryId: number | undefined;
  /** Only events with a smaller id; undefined: from the newest. */
  readonly beforeId: number | undefined;
}

export function selectFailed(
  db: Db,
  { repositoryId, beforeId }: FailedQuery,
): Promise<Pick<EventRow, 'id' | 'repository_id' | 'pull_request'>[]> {
  let query = db
    .selectFrom('events')
    .select(['id', 'repository_id', 'pull_request'])
    .where('status', '=', 'failed')
    .orderBy('id', 'desc')
    .limit(BATCH);
  if (repositoryId !== undefined) query = query.where('repository_id', '=', repositoryId);
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  return query.execute();
}

/** `ids`: newest first, whose pull requests are locked. */
export async function requeueFailed(db: Db, ids: readonly number[], now: Date): Promise<RequeuedBatch> {
  const queued: number[] = [];
  for (const id of ids) if ((await requeueEvent(db, id, now)).kind === 'queued') queued.push(id);
  const nextBeforeId = ids.length < BATCH ? undefined : ids.at(-1);
  return { queued, refused: ids.length - queued.length, nextBeforeId };
}
