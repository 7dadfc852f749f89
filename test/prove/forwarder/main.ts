// The proofs of the forwarder, at full length.
import { startPostgres, type PostgresServer } from '../../forwarder/inbox/stores.ts';
import type { Figure, Scenario } from '../scenario.ts';
import { proveAnyBytes } from './any-bytes.ts';
import { proveCrashes, type CrashMatrixSize } from './crash-matrix.ts';
import { proveDatabaseGone } from './database-gone.ts';
import { proveFloods } from './floods.ts';
import { proveFullDisk } from './full-disk.ts';
import { listFaults, proveGitHubFaults } from './github-faults.ts';
import { proveMutatedDeliveries } from './mutated-deliveries.ts';
import { proveOrders } from './orders.ts';
import { proveTwoReplicas } from './two-replicas.ts';

/** So that what one run finds the next can find again. */
const SEED = 20_261_125;

export const scenarios: readonly Scenario[] = [
  {
    name: 'crashes',
    prove: () => withPostgres((url) => proveCrashesOnBoth(url, { kills: 300, least: 250 })),
  },
  {
    name: 'two-replicas',
    prove: () =>
      withPostgres((url) =>
        proveTwoReplicas(url, { pullRequests: 100, heads: 12, deliveries: 5000, seed: SEED }),
      ),
  },
  { name: 'github-faults', prove: () => proveGitHubFaults(listFaults()) },
  {
    name: 'database-gone',
    prove: () => withPostgres((url, server) => proveDatabaseGone(url, server, { goneMs: 30_000 })),
  },
  { name: 'orders', prove: () => proveOrders({ runs: 500, seed: SEED }) },
  { name: 'any-bytes', prove: () => proveAnyBytes({ runs: 5000, seed: SEED }) },
  { name: 'mutated-deliveries', prove: () => proveMutatedDeliveries({ deliveries: 10_000, seed: SEED }) },
  { name: 'floods', prove: () => proveFloods({ slow: 400, large: 200 }) },
  { name: 'full-disk', prove: proveFullDisk },
];

/** Both at once: most of a history is waiting. */
async function proveCrashesOnBoth(url: string, size: CrashMatrixSize) {
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
