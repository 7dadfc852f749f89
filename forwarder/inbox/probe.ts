// Proves that the store can be written: one row, committed for real, since a rollback would never touch the disk.
import type { Db } from './tables.ts';

export async function probe(db: Db, now: Date): Promise<void> {
  const probed_at = now.toISOString();
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('probes')
      .values({ id: 1, probed_at })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ probed_at }))
      .execute();
  });
}
