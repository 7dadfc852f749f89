import { describe, expect, it } from '@jest/globals';
import { concludeUnreviewed } from '../../../src/report/conclude-unreviewed.ts';

const open = [{ fingerprint: 'f', path: 'a.ts', severity: 'major', title: 'Old.' } as const];
const review = { url: 'https://github.com/octo/shop/pull/7#pullrequestreview-1' };

describe('concludeUnreviewed', () => {
  it.each([
    ['major', 'failure'],
    ['critical', 'neutral'],
    ['none', 'neutral'],
  ] as const)(
    'of a commit whose review has an open major problem with fail-on %s is %s',
    (failOn, conclusion) => {
      expect(concludeUnreviewed({ kind: 'duplicate_skipped', review, open }, failOn)).toMatchObject({
        conclusion,
        title: 'Already reviewed, 1 still open',
      });
    },
  );

  it('is neutral where nothing is open', () => {
    expect(concludeUnreviewed({ kind: 'duplicate_skipped', review, open: [] }, 'minor')).toMatchObject({
      conclusion: 'neutral',
      title: 'Already reviewed',
    });
  });
});
