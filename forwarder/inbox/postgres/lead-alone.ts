// A duty that one replica has at a time. PostgreSQL holds it for a connection that does nothing else; when that is lost,
// the duty is, and whoever has it hears so within seconds.
import { withClient, type Liveness } from './with-client.ts';

export function leadAlone(
  url: string,
  duty: string,
  work: (signal: AbortSignal) => Promise<void>,
  liveness?: Liveness,
): Promise<boolean> {
  return withClient(
    url,
    async (client, lost) => {
      const { rows } = await client.query<{ held: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 2)) as held',
        [duty],
      );
      if (rows[0]?.held !== true) return false;
      await work(lost);
      return true;
    },
    liveness,
  );
}
