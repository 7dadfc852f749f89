// Forgets a connection and its secret; its events stay in the ledger.
import type { Db } from '../tables.ts';

export async function removeConnection(db: Db, id: number): Promise<void> {
  await db.deleteFrom('connections').where('id', '=', id).execute();
}
