import { describe, expect, it } from '@jest/globals';
import { BATCH_TOKENS, planReview } from '../../../src/plan/plan-review.ts';
import { changedFile } from '../../changed-file.ts';

const big = (lines: number, width = 80): string =>
  [`@@ -0,0 +1,${lines} @@`, ...Array.from({ length: lines }, () => `+${'x'.repeat(width)}`)].join('\n');

describe('planReview', () => {
  it.each([
    ['package-lock.json', {}, 'lock_file'],
    ['deep/down/yarn.lock', {}, 'lock_file'],
    ['vendor/lib/a.go', {}, 'vendored'],
    ['web/app.min.js', {}, 'generated'],
    ['logo.png', { binary: true }, 'binary'],
    ['run.sh', { hunks: [], newMode: '100755' }, 'no_text_change'],
    ['lib', { newMode: '160000' }, 'submodule'],
  ] as const)('skips %s and says why', (path, more, reason) => {
    expect(planReview([changedFile(path, more)])).toEqual({
      batches: [],
      skipped: [{ path, reason }],
      oversized: [],
    });
  });

  it('sets a file apart whose diff no call could hold', () => {
    const { batches, skipped, oversized } = planReview([changedFile('data.json', { patch: big(10_000) })]);
    expect([batches, skipped]).toEqual([[], []]);
    expect(oversized).toEqual([{ path: 'data.json', tokens: expect.any(Number) }]);
  });

  it('does not take a name that only looks alike for a lock file', () => {
    expect(planReview([changedFile('my-package-lock.json.ts')]).skipped).toEqual([]);
  });

  it('puts every other file in exactly one batch', () => {
    const files = Array.from({ length: 20 }, (_, at) => changedFile(`src/${at}.ts`, { patch: big(400) }));
    const { batches, skipped } = planReview(files);
    expect(skipped).toEqual([]);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.flatMap((batch) => batch.files)).toEqual(files);
  });

  it('keeps a batch of several files within its budget', () => {
    const files = Array.from({ length: 20 }, (_, at) => changedFile(`src/${at}.ts`, { patch: big(400) }));
    for (const batch of planReview(files).batches) expect(batch.tokens).toBeLessThanOrEqual(BATCH_TOKENS);
  });

  it('gives a file larger than a batch one of its own', () => {
    const { batches } = planReview([changedFile('a.ts'), changedFile('b.ts', { patch: big(3_000) })]);
    expect(batches.map(({ files }) => files.map(({ path }) => path))).toEqual([['a.ts'], ['b.ts']]);
  });
});
