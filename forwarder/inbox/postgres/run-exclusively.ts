// Work on one key, one at a time across replicas. PostgreSQL holds the lock for a connection that does nothing else, and
// frees it when that connection is lost.
import pg from 'pg';

export async function runExclusively<Value>(
  url: string,
  key: string,
  work: () => Promise<Value>,
): Promise<Value> {
  // Not from the pool: work that waits here would hold what the work before it needs to go on.
  const client = new pg.Client({ connectionString: url, keepAlive: true });
  client.on('error', () => {}); // the lock is gone with the connection; what needs the database fails by itself
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 1))', [key]);
    return await work();
  } finally {
    await client.end();
  }
}
