// Queries that need nothing of each other's answers → a transaction that goes out at once, and is answered at once: each wait for
// an answer takes a batch of deliveries longer than the work (docs/adr/0023). On connections with `pipeline` set.
import { CompiledQuery } from 'kysely';
import type { Db } from '../tables.ts';

/**
 * Returns the rows of the last. Their values are plain: what cannot be sent is left out alone.
 * @throws what the first that failed was refused for; nothing is stored then, unless the connection was lost behind the commit
 */
export async function askAtOnce<Row>(
  db: Db,
  before: readonly CompiledQuery[],
  last: CompiledQuery<Row>,
): Promise<Row[]> {
  return db.getExecutor().provideConnection(async (connection) => {
    // Behind a query that failed PostgreSQL refuses all others, and the commit undoes those ahead of it.
    const opening = [CompiledQuery.raw('begin'), ...before].map((query) => connection.executeQuery(query));
    const result = connection.executeQuery<Row>(last);
    const asked = [...opening, result, connection.executeQuery(CompiledQuery.raw('commit'))];
    // Another may have the connection when all are answered, and not before.
    for (const each of await Promise.allSettled(asked)) if (each.status === 'rejected') throw each.reason;
    return (await result).rows;
  });
}
