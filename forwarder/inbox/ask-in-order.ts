// Queries of one transaction that need nothing of each other's answers → the rows of the last. Each runs when the one before it
// has ended; a connection to PostgreSQL sends all of them at once and waits once, which is what a batch takes longest for
// (docs/adr/0023).
import type { CompiledQuery } from 'kysely';
import type { Db } from './tables.ts';

/** @throws what one of them was refused for: the transaction is to be rolled back */
export async function askInOrder<Row>(
  db: Db,
  before: readonly CompiledQuery[],
  last: CompiledQuery<Row>,
): Promise<Row[]> {
  return db.getExecutor().provideConnection(async (connection) => {
    const earlier = before.map((query) => connection.executeQuery(query));
    const [{ rows }] = await Promise.all([connection.executeQuery<Row>(last), ...earlier]);
    return rows;
  });
}
