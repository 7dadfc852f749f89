// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { SITUATIONS } from './kill-situations.ts';
import { proveKills } from './kills.ts';

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
        {
          moment: 'after-accepting',
          method: 'PUT',
          route: `${pulls}/{pull_number}/reviews/{review_id}`,
          after: 0,
        },
      ]),
    );
  });
});
