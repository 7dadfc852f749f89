import { describe, expect, it } from '@jest/globals';
import { groupFiles } from '../../../src/plan/group-files.ts';
import { BATCH_TOKENS, planBatches } from '../../../src/plan/plan-review.ts';
import { NO_FACTS, skipReason } from '../../../src/plan/skip-reason.ts';
import { changedFile } from '../../changed-file.ts';

const big = (lines: number, width = 80): string =>
  [`@@ -0,0 +1,${lines} @@`, ...Array.from({ length: lines }, () => `+${'x'.repeat(width)}`)].join('\n');

describe('skipReason', () => {
  it('is the name when that is no UTF-8, whatever is in the file', () => {
    expect(skipReason(changedFile('l\uFFFD.js'), NO_FACTS)).toBe('unreadable_name');
  });

  it.each([
    ['package-lock.json', {}, {}, 'lock_file'],
    ['deep/down/yarn.lock', {}, {}, 'lock_file'],
    ['vendor/lib/a.go', {}, {}, 'vendored'],
    ['web/app.min.js', {}, {}, 'generated'],
    ['logo.png', { binary: true }, {}, 'binary'],
    ['logo.png', { binary: true }, { bytes: 5_000_000 }, 'binary'],
    ['data.csv', { binary: true }, { bytes: 5_000_000 }, 'too_large'],
    ['data.csv', { added: 20_001 }, {}, 'too_large'],
    ['run.sh', { patch: '', newMode: '100755' }, {}, 'no_text_change'],
    ['lib', { newMode: '160000' }, {}, 'submodule'],
    ['docs/a.md', {}, { ignored: true }, 'ignored'],
    ['api/client.ts', {}, { generated: true }, 'generated'],
    ['ours/client.ts', {}, { vendored: true }, 'vendored'],
    ['vendor/lib/a.go', {}, { vendored: false }, undefined],
    ['web/app.min.js', {}, { generated: false }, undefined],
    ['my-package-lock.json.ts', {}, {}, undefined],
  ] as const)('%s %j %j → %s', (path, more, facts, reason) => {
    expect(skipReason(changedFile(path, more), { ...NO_FACTS, ...facts })).toBe(reason);
  });
});

describe('groupFiles', () => {
  it.each([
    ['of one folder', ['src/pay/a.ts', 'src/pay/b.ts'], {}],
    ['a test and its subject', ['src/cart.ts', 'test/unit/cart.test.ts'], {}],
    ['a test in Python and its subject', ['shop/orders.py', 'tests/test_orders.py'], {}],
    [
      'importer and imported',
      ['src/web/page.ts', 'src/money/tax.ts'],
      { 'src/web/page.ts': "import { tax } from '../money/tax.ts';" },
    ],
    [
      'a relative import of Python',
      ['shop/web/views.py', 'shop/orders.py'],
      { 'shop/web/views.py': 'from ..orders import total' },
    ],
  ] as const)('keeps together: %s', (_, paths, lines: Readonly<Record<string, string>>) => {
    const files = [...paths, 'far/away/other.ts'].map((path) =>
      changedFile(path, { patch: `@@ -0,0 +1 @@\n+${lines[path] ?? 'x'}` }),
    );
    const groups = groupFiles(files).map((group) => group.map(({ path }) => path));
    expect(groups).toContainEqual([...paths].sort());
    expect(groups).toHaveLength(2);
  });
});

describe('planBatches', () => {
  it('puts every file in exactly one batch', () => {
    const files = Array.from({ length: 20 }, (_, at) => changedFile(`src/${at}.ts`, { patch: big(400) }));
    const batches = planBatches(files);
    expect(batches.length).toBeGreaterThan(1);
    const paths = batches.flatMap((batch) => batch.files.map(({ path }) => path));
    expect(paths.sort()).toEqual(files.map(({ path }) => path).sort());
  });

  it('keeps a batch of several files within its budget', () => {
    const files = Array.from({ length: 20 }, (_, at) => changedFile(`src/${at}.ts`, { patch: big(400) }));
    for (const batch of planBatches(files)) expect(batch.tokens).toBeLessThanOrEqual(BATCH_TOKENS);
  });

  it('gives a file larger than a batch one of its own', () => {
    const batches = planBatches([changedFile('a/a.ts'), changedFile('b/b.ts', { patch: big(3_000) })]);
    expect(batches).toHaveLength(2);
    expect(batches.flatMap(({ files }) => files.map(({ path }) => path)).sort()).toEqual([
      'a/a.ts',
      'b/b.ts',
    ]);
  });

  it('puts what can do most harm first, and prose last', () => {
    const files = ['docs/guide.md', 'src/button.ts', 'src2/login.ts'].map((path) =>
      changedFile(path, { patch: big(1_200) }),
    );
    const order = planBatches(files).map(({ files: [first] }) => first?.path);
    expect(order).toEqual(['src2/login.ts', 'src/button.ts', 'docs/guide.md']);
  });
});
