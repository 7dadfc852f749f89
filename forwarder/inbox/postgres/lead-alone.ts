// A duty that one replica has at a time. PostgreSQL holds it for a connection that does nothing else; when that is lost,
// the duty is, and whoever has it hears so at once.
import pg from 'pg';

export async function leadAlone(
  url: string,
  duty: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lost = new AbortController();
  const client = new pg.Client({ connectionString: url, keepAlive: true });
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  await client.connect();
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 2)) as held',
      [duty],
    );
    if (rows[0]?.held !== true) return false;
    await work(lost.signal);
    return true;
  } finally {
    await client.end().catch(() => {}); // lost already
  }
}
