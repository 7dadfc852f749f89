// The proofs of the forwarder, at full length.
import { startPostgres, type PostgresServer } from '../../forwarder/inbox/stores.ts';
import type { Figure, Scenario } from '../scenario.ts';
import { proveCrashes } from './crash-matrix.ts';
import { proveTwoReplicas } from './two-replicas.ts';

export const scenarios: readonly Scenario[] = [
  { name: 'crashes', prove: () => withPostgres((url) => proveCrashesOnBoth(url, { step: 1, least: 250 })) },
  {
    name: 'two-replicas',
    prove: () =>
      withPostgres((url) =>
        proveTwoReplicas(url, { pullRequests: 100, heads: 12, deliveries: 5000, seed: 20_261_125 }),
      ),
  },
];

/** Both at once: most of a history is waiting. */
async function proveCrashesOnBoth(url: string, size: { readonly step: number; readonly least: number }) {
  const both = [proveCrashes('SQLite', undefined, size), proveCrashes('PostgreSQL', url, size)];
  return (await Promise.all(both)).flat();
}

async function withPostgres(
  prove: (url: string, server: PostgresServer) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const server = await startPostgres();
  try {
    const database = await server.create();
    return await prove(database.kind === 'postgres' ? database.url : '', server);
  } finally {
    await server.close();
  }
}
