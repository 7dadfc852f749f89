// Work on one key, one at a time across replicas. PostgreSQL holds the lock for a connection that does nothing else, and
// frees it when that connection is lost: `lost` is aborted then, and others may be at work on the key.
import { setTimeout as wait } from 'node:timers/promises';
import { withClient, type Liveness } from './with-client.ts';

/** Asked for again and again instead of waited for: a query that waits says as little as a connection that is lost. */
const ASK_EVERY_MS = 50;

export function runExclusively<Value>(
  url: string,
  key: string,
  work: (lost: AbortSignal) => Promise<Value>,
  liveness?: Liveness,
): Promise<Value> {
  // Not from the pool: work that waits here would hold what the work before it needs to go on.
  return withClient(
    url,
    async (client, lost) => {
      for (;;) {
        const { rows } = await client.query<{ held: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 1)) as held',
          [key],
        );
        if (rows[0]?.held === true) break;
        await wait(ASK_EVERY_MS);
      }
      return work(lost);
    },
    liveness,
  );
}
