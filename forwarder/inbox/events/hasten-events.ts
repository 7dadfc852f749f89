// Events that wait because credentials were refused → due, now that others are there.
import type { Db } from '../tables.ts';

export async function hastenEvents(db: Db, credentialsKey: string, now: Date): Promise<number> {
  const at = now.toISOString();
  const { numUpdatedRows } = await db
    .updateTable('events')
    .set({ next_attempt_at: at, wait_key: null })
    .where('status', '=', 'pending')
    .where('next_attempt_at', '>', at)
    .where('wait_key', '<>', credentialsKey)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
