// Every proof in its short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, expect, it } from '@jest/globals';
import type { Figure } from '../scenario.ts';
import { proveAnchors } from './anchors.ts';
import { proveAnyTexts } from './any-texts.ts';

function expectAll(figures: readonly Figure[]): void {
  expect(figures.filter(({ holds }) => holds === true).length).toBeGreaterThan(2);
  expect(figures.filter(({ holds }) => holds === false)).toEqual([]);
}

describe('a quote', () => {
  it('of any line of any change is placed on that line, where GitHub takes a comment', async () => {
    expectAll(await proveAnchors({ histories: 3, ownCommits: 1, postEvery: 37, seed: 7 }));
  });

  it('of any line of any text is placed on that line', async () => {
    expectAll(await proveAnyTexts({ runs: 50, seed: 7 }));
  });
});
