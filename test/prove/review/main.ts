// The proofs of the review, at full length.
import type { Figure, Scenario } from '../scenario.ts';
import { proveAnchors } from './anchors.ts';
import { proveAnyTexts } from './any-texts.ts';
import { proveCache } from './cache.ts';
import { CLAUDE_FAULTS, proveClaudeFails } from './claude-fails.ts';
import { proveHostile } from './hostile.ts';
import { proveBundledInjection } from './injection/bundled.ts';
import { proveComposed } from './injection/composed.ts';
import { proveInjection } from './injection/injection.ts';
import { SITUATIONS } from './kill-situations.ts';
import { proveKills } from './kills.ts';
import { largeFile, longDiff, manyFiles, proveScale } from './scale.ts';

/** So that what one run finds the next can find again. */
const SEED = 20_261_125;

/** Without any network, in this process, and through the bundle. */
async function proveEveryInjection(): Promise<readonly Figure[]> {
  return [
    ...proveComposed(),
    ...(await proveInjection({ carriersEach: 4, step: 1, lanes: 2 })),
    ...(await proveBundledInjection({ cases: 12 })),
  ];
}

async function proveEveryKill(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const situation of Object.values(SITUATIONS))
    figures.push(...(await proveKills(situation, 'every call')));
  return figures;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'anchors',
    prove: () => proveAnchors({ histories: 40, ownCommits: 12, postEvery: 11, seed: SEED }),
  },
  { name: 'any-texts', prove: () => proveAnyTexts({ runs: 400, seed: SEED }) },
  { name: 'injection', prove: proveEveryInjection },
  {
    name: 'hostile',
    prove: () => proveHostile({ files: 10_000, renames: 1_300, hugeBytes: 60 * 1024 * 1024 }),
  },
  {
    name: 'scale',
    prove: () => proveScale({ loads: [manyFiles(3_001), longDiff(200_000), largeFile(50 * 1024 * 1024)] }),
  },
  { name: 'kills', prove: proveEveryKill },
  { name: 'claude-fails', prove: () => proveClaudeFails(CLAUDE_FAULTS) },
  { name: 'cache', prove: () => proveCache({ files: 12, linesEach: 800 }) },
];
