// Finished events that nobody needs any more, and what is kept as long as they are, a few at a time: a delivery must not wait for a large clean-up.
import type { Db } from '../tables.ts';

const MAX_REMOVED = 500;

/** Removes up to 500 events that ended before that time. Returns how many. */
export async function removeFinished(db: Db, before: Date): Promise<number> {
  const old = db
    .selectFrom('events')
    .select('id')
    .where('status', 'in', ['completed', 'failed', 'ignored', 'superseded'])
    .where('completed_at', '<', before.toISOString())
    .limit(MAX_REMOVED);
  const { numDeletedRows } = await db.deleteFrom('events').where('id', 'in', old).executeTakeFirst();
  const at = before.toISOString();
  await db.deleteFrom('audit').where('at', '<', at).execute();
  await db.deleteFrom('reconciled_deliveries').where('seen_at', '<', at).execute();
  return Number(numDeletedRows);
}
