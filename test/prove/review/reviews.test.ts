// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveCache } from './cache.ts';
import { CLAUDE_FAULTS, proveClaudeFails } from './claude-fails.ts';
import { manyFiles, proveScale } from './scale.ts';

describe('a review', () => {
  it('of very many files is planned soon, in bounded memory, with few calls', async () => {
    expectAll(await proveScale({ loads: [manyFiles(60)] }));
  });

  it('in which Claude fails says so, within its bounds', async () => {
    const names = new Set(['529', 'a loop that never ends']);
    expectAll(await proveClaudeFails(CLAUDE_FAULTS.filter(({ name }) => names.has(name))));
  });

  it('by several side by side reads most of it from the cache', async () => {
    expectAll(await proveCache({ files: 2, linesEach: 200 }));
  });
});
