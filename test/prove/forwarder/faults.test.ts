// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- forwarder` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveFullDisk } from './full-disk.ts';
import { listFaults, proveGitHubFaults } from './github-faults.ts';

/** Processes are started and killed: a busy machine takes several times as long as an idle one. */
const LONG_MS = 240_000;

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
    'of the disk are told with 503, and it recovers',
    async () => {
      expectAll(await proveFullDisk());
    },
    LONG_MS,
  );
});
