// Every proof in its short form: the same functions, smaller numbers. `npm run prove -- forwarder` is the full length.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresServer } from '../../forwarder/inbox/stores.ts';
import type { Figure } from '../scenario.ts';
import { proveAnyBytes } from './any-bytes.ts';
import { proveCrashes } from './crash-matrix.ts';
import { proveDatabaseGone } from './database-gone.ts';
import { proveFloods } from './floods.ts';
import { proveFullDisk } from './full-disk.ts';
import { listFaults, proveGitHubFaults } from './github-faults.ts';
import { proveMutatedDeliveries } from './mutated-deliveries.ts';
import { proveOrders } from './orders.ts';
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

function expectAll(figures: readonly Figure[]): void {
  expect(figures.filter(({ holds }) => holds === true).length).toBeGreaterThan(2);
  expect(figures.filter(({ holds }) => holds === false)).toEqual([]);
}

describe('kill -9', () => {
  it(
    'at points all along a history loses and doubles nothing, on either database',
    async () => {
      const size = { kills: 3, least: 1 };
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
    'of GitHub lose and double nothing',
    async () => {
      const names = new Set([
        '429, no header',
        '502 to what was accepted',
        'a connection cut after it was accepted',
      ]);
      expectAll(await proveGitHubFaults(listFaults().filter(({ name }) => names.has(name))));
    },
    LONG_MS,
  );

  it(
    'of the database are told with 503, and all is recovered',
    async () => {
      expectAll(await proveDatabaseGone(await createDatabase(), server, { goneMs: 500 }));
    },
    LONG_MS,
  );

  it(
    'of the disk are told with 503, and it recovers',
    async () => {
      expectAll(await proveFullDisk());
    },
    LONG_MS,
  );
});

describe('what nobody should send', () => {
  it('in any order and number ends in the state of the true order', async () => {
    expectAll(await proveOrders({ runs: 25, seed: 11 }));
  });

  it(
    'is answered by the table, and tells nothing of others',
    async () => {
      expectAll(await proveAnyBytes({ runs: 60, seed: 11 }));
    },
    LONG_MS,
  );

  it(
    'is never accepted with a wrong signature',
    async () => {
      expectAll(await proveMutatedDeliveries({ deliveries: 300, seed: 11 }));
    },
    LONG_MS,
  );

  it(
    'by the hundred leaves others their answers, and memory its bound',
    async () => {
      expectAll(await proveFloods({ slow: 60, large: 12 }));
    },
    LONG_MS,
  );
});
