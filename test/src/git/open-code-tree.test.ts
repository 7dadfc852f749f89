// What a reviewer can read of a commit, and what a hostile repository cannot make it read.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalGitHub, type LocalGitHub } from '../../../simulator/github/local-github.ts';
import type { CodeTree } from '../../../src/git/open-code-tree.ts';
import { openRepository, type OpenedRepository } from '../../../src/git/open-repository.ts';

let github: LocalGitHub;
let folder: string;
let head: string;
let base: string;
const repositories: OpenedRepository[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-test-'));
  github = await startLocalGitHub();
  github.createUser('octo');
  const attributes =
    '*.gen.ts linguist-generated\nthird/** linguist-vendored=true\nvendor/** -linguist-vendored\n';
  await github.createRepository('octo', 'shop', { files: { 'a.ts': 'one\n', '.gitattributes': attributes } });
  base = await github.commit('octo/shop', 'main', {
    message: 'Base',
    files: { 'b.ts': 'export const b = 1;\n' },
  });
  head = await github.commit('octo/shop', 'change', {
    message: 'Change',
    files: {
      'src/deep/a.ts': 'first\nneedle here\n',
      'src/b.ts': 'needle there\n',
      '-e': 'needle in an option\n',
      'link.ts': '/etc/passwd',
      'up.ts': '../../../../etc/passwd',
      'image.png': Buffer.from([1, 0, 2]),
      [`odd\n${'x'.repeat(41)}src/b.ts`]: 'thimble\n',
      'large.txt': 'x'.repeat(3 * 1024 * 1024),
      'src/module': '7'.repeat(40),
      '.gitattributes': '* linguist-generated diff=evil filter=evil\n',
    },
    modes: { 'link.ts': '120000', 'up.ts': '120000', 'src/module': '160000' },
  });
  for (const blobsOnDemand of [false, true]) {
    const source = {
      url: `${github.url}/octo/shop.git`,
      token: github.createToken('octo', { contents: 'read' }),
    };
    // For all tests of this file together, on a busy machine as well.
    const signal = AbortSignal.timeout(300_000);
    repositories.push(await openRepository({ ...source, blobsOnDemand }, [head, base], folder, signal));
  }
});
afterAll(async () => {
  for (const repository of repositories) await repository[Symbol.asyncDispose]();
  await github.close();
  await rm(folder, { recursive: true });
});

describe.each([
  ['with all contents here', 0],
  ['with contents fetched when they are read', 1],
])('a commit, %s', (_, at) => {
  const repository = (): OpenedRepository => repositories[at] as OpenedRepository;
  let opened: CodeTree | undefined;
  const tree = (): CodeTree => (opened ??= repository().openTree(head));

  it.each([
    ['src/deep/a.ts', { kind: 'text', text: 'first\nneedle here\n' }],
    ['./src//b.ts', { kind: 'text', text: 'needle there\n' }],
    ['-e', { kind: 'text', text: 'needle in an option\n' }],
    ['link.ts', { kind: 'symlink', target: '/etc/passwd' }],
    ['up.ts', { kind: 'symlink', target: '../../../../etc/passwd' }],
    ['src', { kind: 'folder' }],
    ['src/module', { kind: 'submodule' }],
    ['image.png', { kind: 'binary' }],
    ['large.txt', { kind: 'too_large', bytes: 3 * 1024 * 1024 }],
    ['../../../etc/passwd', { kind: 'missing' }],
    ['/etc/passwd', { kind: 'missing' }],
    ['src/../../etc/passwd', { kind: 'missing' }],
    ['link.ts/x', { kind: 'missing' }],
    ['HEAD:a.ts', { kind: 'missing' }],
  ])('%s is read as what it is', async (path, expected) => {
    expect(await tree().readFile(path)).toEqual(expected);
  });

  it('lists a folder, and none that is not there', async () => {
    expect(await tree().listFolder('src')).toEqual(['b.ts', 'deep/', 'module']);
    expect(await tree().listFolder('')).toContain('src/');
    expect(await tree().listFolder('..')).toBeUndefined();
  });

  it('finds text in every file, with line numbers', async () => {
    const found = await tree().search({ pattern: 'needle', isRegex: false, folder: '' });
    expect(found).toEqual({
      kind: 'matches',
      more: false,
      matches: [
        { path: '-e', line: 1, text: 'needle in an option' },
        { path: 'src/b.ts', line: 1, text: 'needle there' },
        { path: 'src/deep/a.ts', line: 2, text: 'needle here' },
      ],
    });
  });

  it('takes no part of the name of a file for another file', async () => {
    const found = await tree().search({ pattern: 'thimble', isRegex: false, folder: '' });
    expect(found).toEqual({ kind: 'matches', matches: [], more: false });
  });

  it.each(['-O/tmp/x', '--open-files-in-pager=touch /tmp/x', '-f/etc/passwd', '--no-index'])(
    'the pattern %s is searched for, and is no option',
    async (pattern) => {
      const found = await tree().search({ pattern, isRegex: false, folder: 'src' });
      expect(found).toEqual({ kind: 'matches', matches: [], more: false });
    },
  );

  it.each(['..', '/etc', ':(top)', ':!src', '*', 'nowhere'])('the folder %s is refused', async (where) => {
    expect(await tree().search({ pattern: 'needle', isRegex: false, folder: where })).toMatchObject({
      kind: 'refused',
    });
  });

  it('an expression that is none is told to the reviewer', async () => {
    expect(await tree().search({ pattern: '(', isRegex: true, folder: '' })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('failed'),
    });
  });

  it('takes what Linguist is told from the base, not from the pull request', async () => {
    const flags = await repository().readAttributes(base, ['x.gen.ts', 'third/x.c', 'vendor/x.c', 'a.ts']);
    expect(flags.get('x.gen.ts')).toEqual({ generated: true, vendored: undefined });
    expect(flags.get('third/x.c')).toEqual({ generated: undefined, vendored: true });
    expect(flags.get('vendor/x.c')).toEqual({ generated: undefined, vendored: false });
    expect(flags.get('a.ts')).toEqual({ generated: undefined, vendored: undefined });
  });

  it('lists what changed with sizes, and takes a file over a megabyte for binary', async () => {
    const listed = await repository().listChanges(base, head);
    const large = listed.find(({ path }) => path === 'large.txt');
    expect(large).toMatchObject({ status: 'added', binary: true, added: 0 });
    const sizes = await repository().readSizes([large?.newOid ?? '']);
    expect([...sizes.values()]).toEqual([3 * 1024 * 1024]);
    const files = await repository().readPatches(
      base,
      head,
      listed.filter(({ path }) => path === 'src/b.ts'),
    );
    expect(files.map(({ path, hunks }) => [path, hunks.length])).toEqual([['src/b.ts', 1]]);
  });
});
