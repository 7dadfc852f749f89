// The proofs of the review, at full length.
import type { Scenario } from '../scenario.ts';
import { proveAnchors } from './anchors.ts';
import { proveAnyTexts } from './any-texts.ts';
import { proveInjection } from './injection/injection.ts';

/** So that what one run finds the next can find again. */
const SEED = 20_261_125;

export const scenarios: readonly Scenario[] = [
  {
    name: 'anchors',
    prove: () => proveAnchors({ histories: 40, ownCommits: 12, postEvery: 11, seed: SEED }),
  },
  { name: 'any-texts', prove: () => proveAnyTexts({ runs: 400, seed: SEED }) },
  { name: 'injection', prove: () => proveInjection({ carriersEach: 4, step: 1 }) },
];
