// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- forwarder` is the full length.
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { startPostgres, type PostgresServer } from '../../forwarder/inbox/stores.ts';
import { expectAll } from '../expect-all.ts';
import { proveCrashes } from './crash-matrix.ts';
import { proveDatabaseGone } from './database-gone.ts';
import { proveTwoReplicas } from './two-replicas.ts';

/** Processes are started and killed: a busy machine takes several times as long as an idle one. */
const LONG_MS = 240_000;
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

async function createDatabase(): Promise<string> {
  const database = await server.create();
  return database.kind === 'postgres' ? database.url : '';
}

describe('kill -9', () => {
  it(
    'at points all along a history loses and doubles nothing, on either database',
    async () => {
      const size = { kills: 2, least: 1 };
      const url = await createDatabase();
      const both = await Promise.all([
        proveCrashes('SQLite', undefined, size),
        proveCrashes('PostgreSQL', url, size),
      ]);
      expectAll(both.flat());
    },
    LONG_MS,
  );

  it(
    'of one of two replicas in a storm loses and doubles nothing',
    async () => {
      const size = { pullRequests: 6, heads: 3, deliveries: 60, seed: 7 };
      expectAll(await proveTwoReplicas(await createDatabase(), size));
    },
    LONG_MS,
  );
});

describe('faults', () => {
  it(
    'of the database are told with 503, and all is recovered',
    async () => {
      expectAll(await proveDatabaseGone(await createDatabase(), server, { goneMs: 500 }));
    },
    LONG_MS,
  );
});
