// Forgets a connection and its secret, and takes back what still waits for it. What is being dispatched right now finds no
// connection when it comes back (return-event.ts); its events stay in the ledger.
import { withdrawRepository } from '../events/supersede-events.ts';
import type { Db } from '../tables.ts';
import { WITHDRAWN } from './hold-connection.ts';

export async function removeConnection(db: Db, id: number, now: Date): Promise<void> {
  // First: whoever makes something pending for it holds it, and what that was is seen by the statement after this one.
  const row = await db
    .deleteFrom('connections')
    .where('id', '=', id)
    .returning('repository_id')
    .executeTakeFirst();
  if (row) await withdrawRepository(db, row.repository_id, WITHDRAWN, now);
}
