// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveAnchors } from './anchors.ts';
import { proveAnyTexts } from './any-texts.ts';

describe('a quote', () => {
  it('of any line of any change is placed on that line, where GitHub takes a comment', async () => {
    expectAll(await proveAnchors({ histories: 2, ownCommits: 0, postEvery: 37, seed: 7 }));
  });

  it('of any line of any text is placed on that line', async () => {
    expectAll(await proveAnyTexts({ runs: 30, seed: 7 }));
  });
});
