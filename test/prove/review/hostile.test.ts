// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveHostile } from './hostile.ts';

describe('a hostile repository', () => {
  it('starts nothing, shows nothing from outside, and is in the ledger whole', async () => {
    const only = ['commands', 'names'];
    const small = { files: 1, renames: 1, hugeBytes: 1, waysOut: 3 };
    expectAll(await proveHostile({ ...small, only }));
  });
});
