// What becomes of earlier findings when their files change: over a head of literal files.
import { describe, expect, it } from '@jest/globals';
import { carryOver } from '../../src/carry-over.ts';
import type { ChangedFile } from '../../src/diff/changed-file.ts';
import { placeFindings } from '../../src/findings/place-findings.ts';
import type { CodeTree } from '../../src/git/open-code-tree.ts';
import { composeHideSecrets } from '../../src/report/hide-secrets.ts';
import type { Remembered } from '../../src/report/ledger.ts';
import { changedFile, someFinding } from '../changed-file.ts';

const earlier = (more: Partial<Remembered> = {}): Remembered => ({
  fingerprint: '0'.repeat(16),
  path: 'a.ts',
  severity: 'major',
  title: 'Query is built from input',
  quote: '  query(input.name);',
  state: 'open',
  ...more,
});

const headOf = (texts: Readonly<Record<string, string>>, symlinks: readonly string[] = []): CodeTree => ({
  hasFileNamed: () => Promise.resolve(false),
  readFile: (path) => {
    const text = texts[path];
    if (text !== undefined) return Promise.resolve({ kind: 'text', text });
    return Promise.resolve(symlinks.includes(path) ? { kind: 'symlink', target: 'b' } : { kind: 'missing' });
  },
  readTexts: (paths) =>
    Promise.resolve(new Map(Object.entries(texts).filter(([path]) => paths.includes(path)))),
  listFolder: () => Promise.resolve([]),
  search: ({ pattern }) => {
    const found = Object.entries(texts).filter(([, text]) => text.includes(pattern));
    const matches = found.map(([path]) => ({ path, line: 1, text: pattern }));
    return Promise.resolve({ kind: 'matches', matches, more: false });
  },
});

const hide = composeHideSecrets([]);
const carry = (
  one: Remembered,
  head: CodeTree,
  files: readonly ChangedFile[] = [],
  found: Parameters<typeof placeFindings>[0] = [],
) => carryOver({ files, head }, [one], undefined, placeFindings(found, files).placed, hide);

describe('carryOver', () => {
  it.each([
    ['renamed', changedFile('b.ts', { status: 'renamed', previousPath: 'a.ts' })],
    ['added by the pull request and then renamed', changedFile('b.ts', { status: 'added' })],
  ])('a problem whose file was %s is open there, and not fixed', async (_, file) => {
    const head = headOf({ 'b.ts': 'x\n  query(input.name);\n' });
    const { fixed, open } = await carry(earlier(), head, [file]);
    expect([fixed, open]).toEqual([[], [earlier({ path: 'b.ts' })]]);
  });

  it('a dismissed problem whose file was renamed is not told again', async () => {
    const patch = '@@ -1 +1 @@\n-before\n+  query(input.name);';
    const file = changedFile('b.ts', { status: 'renamed', previousPath: 'a.ts', patch });
    const again = someFinding({ path: 'b.ts', quote: 'query(input.name);', title: earlier().title });
    const head = headOf({ 'b.ts': '  query(input.name);\n' });
    const { fresh, remembered } = await carry(earlier({ state: 'dismissed' }), head, [file], [again]);
    expect(fresh).toEqual([]);
    expect(remembered).toMatchObject([{ path: 'b.ts', state: 'dismissed' }]);
  });

  it('a problem is fixed when its file, or its line in a renamed file, is gone', async () => {
    expect((await carry(earlier(), headOf({ 'c.ts': 'other' }))).fixed).toHaveLength(1);
    const file = changedFile('b.ts', { status: 'renamed', previousPath: 'a.ts' });
    expect((await carry(earlier(), headOf({ 'b.ts': 'safe();\n' }), [file])).fixed).toHaveLength(1);
  });

  it('a file that is there and cannot be read as text proves nothing', async () => {
    expect((await carry(earlier(), headOf({}, ['a.ts']))).open).toHaveLength(1);
  });

  it('a secret in the code is fixed when its line is gone, and not because its quote was told without it', async () => {
    const line = `const key = "ghp_${'a1'.repeat(18)}";`;
    const one = earlier({ quote: hide(line) });
    expect(one.quote).not.toContain('ghp_');
    expect((await carry(one, headOf({ 'a.ts': `first();\n${line}\n` }))).open).toHaveLength(1);
    expect((await carry(one, headOf({ 'a.ts': 'first();\n' }))).fixed).toHaveLength(1);
  });

  it('the same words about another place of the file are a new problem while the first still stands', async () => {
    const far = `${'+x\n'.repeat(40)}+  query(input.city);`;
    const file = changedFile('a.ts', { patch: `@@ -2,0 +3,41 @@\n${far}` });
    const text = `x\n  query(input.name);\n${'x\n'.repeat(40)}  query(input.city);\n`;
    const second = someFinding({ line: 43, quote: '  query(input.city);', title: earlier().title });
    const { fresh, open } = await carry(earlier(), headOf({ 'a.ts': text }), [file], [second]);
    expect([fresh.length, open.length]).toEqual([1, 1]);
    const near = someFinding({ line: 3, quote: 'x', title: earlier().title });
    expect((await carry(earlier(), headOf({ 'a.ts': text }), [file], [near])).repeated).toHaveLength(1);
  });
});
