// Every proof in its short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, expect, it } from '@jest/globals';
import type { Figure } from '../scenario.ts';
import { proveAnchors } from './anchors.ts';
import { proveAnyTexts } from './any-texts.ts';
import { proveCache } from './cache.ts';
import { CLAUDE_FAULTS, proveClaudeFails } from './claude-fails.ts';
import { proveHostile } from './hostile.ts';
import { proveComposed } from './injection/composed.ts';
import { proveInjection } from './injection/injection.ts';
import { SITUATIONS } from './kill-situations.ts';
import { proveKills } from './kills.ts';
import { manyFiles, proveScale } from './scale.ts';

function expectAll(figures: readonly Figure[]): void {
  expect(figures.filter(({ holds }) => holds === true).length).toBeGreaterThan(2);
  expect(figures.filter(({ holds }) => holds === false)).toEqual([]);
}

describe('a quote', () => {
  it('of any line of any change is placed on that line, where GitHub takes a comment', async () => {
    expectAll(await proveAnchors({ histories: 2, ownCommits: 1, postEvery: 37, seed: 7 }));
  });

  it('of any line of any text is placed on that line', async () => {
    expectAll(await proveAnyTexts({ runs: 30, seed: 7 }));
  });
});

describe('injected text', () => {
  it('in any field of an outcome does nothing where it is posted', () => {
    expectAll(proveComposed());
  });

  it('neither leaves its block nor does anything, with a Claude that obeys it', async () => {
    expectAll(await proveInjection({ carriersEach: 4, step: 31, lanes: 1 }));
  });
});

describe('a hostile repository', () => {
  it('starts nothing, shows nothing from outside, and is in the ledger whole', async () => {
    const only = ['commands', 'names'];
    const small = { files: 1, renames: 1, hugeBytes: 1, waysOut: 3 };
    expectAll(await proveHostile({ ...small, only }));
  });
});

describe('a review', () => {
  it('that is killed while GitHub takes it is there once when it ran again', async () => {
    const route = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';
    const point = { moment: 'after-accepting', method: 'POST', route, after: 0 } as const;
    expectAll(await proveKills(SITUATIONS.opened, [point]));
  });

  it('that is brought forward, and killed on the way, is so once when it ran again', async () => {
    const pulls = '/repos/{owner}/{repo}/pulls';
    const push = { fixes: ['first'], adds: [] };
    expectAll(
      await proveKills({ ...SITUATIONS.broughtForward, told: ['first', 'second'], push }, [
        { moment: 'before', method: 'PATCH', route: `${pulls}/comments/{comment_id}`, after: 0 },
        {
          moment: 'after-accepting',
          method: 'PUT',
          route: `${pulls}/{pull_number}/reviews/{review_id}`,
          after: 0,
        },
      ]),
    );
  });

  it('of very many files is planned soon, in bounded memory, with few calls', async () => {
    expectAll(await proveScale({ loads: [manyFiles(150)] }));
  });

  it('in which Claude fails says so, within its bounds', async () => {
    const names = new Set(['529', 'a loop that never ends']);
    expectAll(await proveClaudeFails(CLAUDE_FAULTS.filter(({ name }) => names.has(name))));
  });

  it('by several side by side reads most of it from the cache', async () => {
    expectAll(await proveCache({ files: 2, linesEach: 200 }));
  });
});
