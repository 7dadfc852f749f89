// Hostile repositories as streams of `git fast-import`, byte by byte: a base commit on `main` and a head on a branch with the
// name of an option.
import { join } from 'node:path';
import { ODD_NAMES } from './generate-history.ts';

export interface HostileSize {
  /** Files of the pull request with very many. */
  readonly files: number;
  readonly renames: number;
  readonly hugeBytes: number;
  /** Ways out of the tree that are tried in each; all unless told. */
  readonly waysOut?: number;
  /** Names of the repositories that are read; all unless told. */
  readonly only?: readonly string[];
}

interface Entry {
  readonly path: string | Buffer;
  /** Null: deleted. */
  readonly content: string | Buffer | null;
  readonly mode?: '100755' | '120000' | '160000';
}

export type HostileCommits = readonly (readonly [name: string, commits: readonly [Buffer, Buffer]])[];

export function composeHostileCommits(folder: string, canaries: string, size: HostileSize): HostileCommits {
  return [
    ['commands', pair(composeCommands(canaries, ''), composeCommands(canaries, 'x'))],
    ['ways out', pair([text('a.js', 'a();\n')], composeWaysOut(folder))],
    ['names', pair([text('a.js', 'a();\n')], composeNames())],
    [
      'long names',
      pair(
        [text('a.js', 'a();\n')],
        numbered(450, (at) => text(`${'long/'.repeat(600)}${at}.js`, 'x();\n')),
      ),
    ],
    ['huge files', pair([text('a.js', 'a();\n')], composeHuge(size.hugeBytes))],
    [
      'many files',
      pair(
        [text('a.js', 'a();\n')],
        numbered(size.files, (at) => text(`src/${at % 50}/${at}.js`, `f(${at});\n`)),
      ),
    ],
    ['many renames', composeRenames(size.renames)],
  ];
}

const text = (path: string | Buffer, content: string | Buffer | null): Entry => ({ path, content });
const link = (path: string, content: string): Entry => ({ path, content, mode: '120000' });
const numbered = (count: number, compose: (at: number) => Entry): Entry[] =>
  Array.from({ length: count }, (_, at) => compose(at));

function composeCommands(canaries: string, change: string): Entry[] {
  const touch = `touch ${join(canaries, 'repository')}`;
  const config = `[core]\n\tfsmonitor = ${touch}\n\thooksPath = hooks\n[filter "evil"]\n\tsmudge = ${touch}\n`;
  const oid = `oid sha256:${'4'.repeat(64)}\nsize 12345\n${change}`;
  return [
    text(
      '.gitattributes',
      `* filter=evil diff=evil merge=evil text working-tree-encoding=UTF-16\n*.big filter=lfs diff=lfs -text\n[attr]evil diff=evil\n${change}\n`,
    ),
    text('src/.gitattributes', '* evil\n*.js linguist-generated\n'),
    text(
      '.gitmodules',
      `[submodule "x"]\n\tpath = module\n\turl = ext::${touch}\n\tupdate = !${touch}\n${change}\n`,
    ),
    { path: 'module', content: (change === '' ? '1' : '2').repeat(40), mode: '160000' },
    text('.gitconfig', config + change),
    text('.lfsconfig', `[lfs]\n\turl = ext::${touch}\n${change}\n`),
    text('.mailmap', `x <x> ${change}\n`),
    // What a bare repository has at its top.
    text('config', config + change),
    text('HEAD', `ref: refs/heads/evil\n${change}`),
    { path: 'hooks/post-checkout', content: `#!/bin/sh\n${touch}\n${change}`, mode: '100755' },
    { path: 'hooks/reference-transaction', content: `#!/bin/sh\n${touch}\n${change}`, mode: '100755' },
    text('objects/info/alternates', `/tmp\n${change}`),
    text('data.big', `version https://git-lfs.github.com/spec/v1\n${oid}`),
    text('package.json', `{"scripts":{"preinstall":"${touch}"},"x":"${change}"}\n`),
    text('src/a.js', `a('${change}');\n`),
  ];
}

function composeWaysOut(folder: string): Entry[] {
  return [
    link('link', join(folder, 'outside.txt')),
    link('links', folder),
    link('up', `${'../'.repeat(12)}etc/passwd`),
    link('environ', '/proc/self/environ'),
    link('loop', 'loop'),
    link('tree', '.git/config'),
    // Rules and settings are read from the base; a link there leads nowhere either.
    link('AGENTS.md', join(folder, 'outside.txt')),
    link('src/CLAUDE.md', '../link'),
    text('src/a.js', 'a();\n'),
  ];
}

function composeNames(): Entry[] {
  const bytes = [
    Buffer.from([0x6c, 0xe9, 0x2e, 0x6a, 0x73]), // Latin-1
    Buffer.from([0x6c, 0xff, 0xfe, 0x2e, 0x6a, 0x73]),
    Buffer.from([0x6c, 0xff, 0xfd, 0x2e, 0x6a, 0x73]), // the same as the one before, once decoded
    Buffer.concat([Buffer.from('dir/'), Buffer.from([0xc3]), Buffer.from('.js')]),
  ];
  const more = [
    '-',
    '--',
    '-n',
    '--help',
    ':',
    ':!a.js',
    ':(exclude)*',
    'HEAD',
    'HEAD:a.js',
    '^x',
    '$(id)',
    '`id`',
    '%0A',
    '\u2028.js',
    'x\r.js',
    ' .js',
    '.js ',
    '\u{1F468}\u200D\u{1F469}.js',
    'con.js',
    'aux',
    '..a',
    '...',
    '~',
    '\u0001\u0002.js',
    'x'.repeat(250),
  ];
  return [...ODD_NAMES, ...more, ...bytes].map((path) => text(path, 'changed();\n'));
}

function composeHuge(bytes: number): Entry[] {
  return [
    text('huge.js', Buffer.alloc(bytes, 'const a = 1;\n')),
    text('one-line.js', `x = '${'y'.repeat(Math.min(bytes, 900_000))}';\n`),
    text('huge.bin', Buffer.alloc(bytes, 0)),
    text('a.js', 'changed();\n'),
  ];
}

const body = (at: number, word: string): string =>
  Array.from({ length: 12 }, (_, line) => `line ${line} of ${at * 7919};\n`).join('') + `${word}();\n`;

/** More than git compares among all; among a few it would find that they are renames. */
function composeRenames(count: number): readonly [Buffer, Buffer] {
  const before = numbered(count, (at) => text(`old/a${at}.js`, body(at, 'before')));
  const after = numbered(count, (at) => text(`new/b${at}.js`, body(at, 'after')));
  return pair(before, [...before.map(({ path }) => text(path, null)), ...after]);
}

function pair(before: readonly Entry[], after: readonly Entry[]): readonly [Buffer, Buffer] {
  return [
    compose('main', undefined, [text('README.md', '# It\n'), ...before]),
    compose('--upload-pack=id', 'refs/heads/main', after),
  ];
}

function compose(branch: string, from: string | undefined, entries: readonly Entry[]): Buffer {
  const identity = 'x <x@example.com> 1760000000 +0000';
  const parts: (string | Buffer)[] = [`commit refs/heads/${branch}\ncommitter ${identity}\ndata 1\nx\n`];
  if (from !== undefined) parts.push(`from ${from}\n`);
  for (const { path, content, mode = '100644' } of entries) {
    const name = quote(Buffer.from(path));
    if (content === null) parts.push(`D ${name}\n`);
    else if (mode === '160000') parts.push(`M ${mode} ${content.toString()} ${name}\n`);
    else {
      const bytes = Buffer.from(content);
      parts.push(`M ${mode} inline ${name}\ndata ${bytes.length}\n`, bytes, '\n');
    }
  }
  return Buffer.concat([...parts, '\n'].map((part) => Buffer.from(part)));
}

/** As fast-import reads it, any byte. */
function quote(path: Buffer): string {
  const escaped = [...path].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `"${escaped.join('')}"`;
}
