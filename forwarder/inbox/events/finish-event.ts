// A held event → dispatched, or failed. Only its holder may say so: a lease that another took over is no longer ours to
// end. A dispatched event stays in processing until its run has ended.
import type { Db, EventTable } from '../tables.ts';

export interface Dispatched {
  readonly id: number;
  readonly owner: string;
  readonly now: Date;
}

export function dispatchEvent(db: Db, { id, owner, now }: Dispatched): Promise<boolean> {
  return settle(db, id, owner, { reason: null, dispatched_at: now.toISOString() });
}

/** Of each, whether it was still its owner's. */
export async function dispatchEvents(db: Db, ends: readonly Dispatched[]): Promise<boolean[]> {
  const held: boolean[] = [];
  for (const end of ends) held.push(await dispatchEvent(db, end));
  return held;
}

export function failEvent(db: Db, id: number, owner: string, reason: string, now: Date): Promise<boolean> {
  return settle(db, id, owner, { status: 'failed', reason, completed_at: now.toISOString() });
}

async function settle(
  db: Db,
  id: number,
  owner: string,
  change: Partial<Pick<EventTable, 'status' | 'reason' | 'dispatched_at' | 'completed_at'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('events')
    .set({ ...change, next_attempt_at: null, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where('lease_owner', '=', owner)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
