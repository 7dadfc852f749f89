import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangedFile } from '../../../src/diff/changed-file.ts';
import { parseDiff } from '../../../src/diff/parse-diff.ts';

// A repository of every kind of change, made by git itself: what the parser reads is what git prints.
let folder: string;
let files: Map<string, ChangedFile>;

function git(...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8', env });
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content);
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nectr-diff-'));
  git('init', '--quiet');
  write('modified.txt', numbered(30));
  write('deleted.txt', 'one\ntwo\n');
  write('renamed-before.txt', numbered(20));
  write('mode.sh', 'echo\n');
  write('binary.bin', Buffer.from([0, 1, 2, 3]));
  write('crlf.txt', 'one\r\ntwo\r\n');
  write('single.txt', 'old\n');
  write('no-newline.txt', 'same\nlast');
  write('to-link.txt', 'was a file\n');
  write('looks-like-a-header.txt', 'x\n');
  write('line-ends.js', `function a() { // note\u2028 and \u2029 and \r more\n${numbered(30)}}\n`);
  git('add', '-A');
  git('commit', '--quiet', '-m', 'before');
  write(
    'line-ends.js',
    `function a() { // note\u2028 and \u2029 and \r more\n${numbered(30).replace('line 10\n', 'x\rdiff --git a/x b/x\n').replace('line 25\n', 'y\u2028@@ -1 +1 @@\n')}}\n`,
  );
  write('modified.txt', numbered(30).replace('line 3\n', 'line three\n').replace('line 28\n', ''));
  rmSync(join(folder, 'deleted.txt'));
  renameSync(join(folder, 'renamed-before.txt'), join(folder, 'renamed after.txt'));
  write('renamed after.txt', numbered(20).replace('line 10', 'line ten'));
  chmodSync(join(folder, 'mode.sh'), 0o755);
  write('binary.bin', Buffer.from([0, 9, 9, 9]));
  write('crlf.txt', 'one\r\nTWO\r\n');
  write('single.txt', 'new\n');
  write('no-newline.txt', 'same\nchanged');
  rmSync(join(folder, 'to-link.txt'));
  symlinkSync('modified.txt', join(folder, 'to-link.txt'));
  write('looks-like-a-header.txt', 'x\n-- a\n++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n');
  write('empty.txt', '');
  write('tab\t"quote"\nnewline ä.txt', 'odd name\n');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'after');
  const output = git('diff', '--raw', '-z', '-p', '--full-index', '--find-renames', 'HEAD~', 'HEAD');
  files = new Map(parseDiff(output).map((file) => [file.path, file]));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function linesOf(path: string): string[] {
  const hunks = files.get(path)?.hunks ?? [];
  const sign = { added: '+', deleted: '-', context: ' ' };
  return hunks.flatMap((hunk) =>
    hunk.lines.map((line) => {
      const old = line.kind === 'added' ? '' : line.oldLine;
      const fresh = line.kind === 'deleted' ? '' : line.newLine;
      return `${old}|${fresh}|${sign[line.kind]}${line.text}`;
    }),
  );
}

describe('parseDiff', () => {
  it('numbers lines on both sides through several hunks', () => {
    const lines = linesOf('modified.txt');
    expect(lines).toContain('3||-line 3');
    expect(lines).toContain('|3|+line three');
    expect(lines).toContain('28||-line 28');
    expect(lines.at(-1)).toBe('30|29| line 30');
    expect(files.get('modified.txt')?.hunks).toHaveLength(2);
  });

  it('keeps a deleted file under its old path, with every line on the left', () => {
    expect(files.get('deleted.txt')?.status).toBe('deleted');
    expect(linesOf('deleted.txt')).toEqual(['1||-one', '2||-two']);
  });

  it('reads a rename with both paths', () => {
    const file = files.get('renamed after.txt');
    expect(file).toMatchObject({ status: 'renamed', previousPath: 'renamed-before.txt' });
    expect(linesOf('renamed after.txt')).toContain('|10|+line ten');
  });

  it('sees a change of mode alone, with no hunks', () => {
    expect(files.get('mode.sh')).toMatchObject({ oldMode: '100644', newMode: '100755', hunks: [] });
  });

  it('marks binary files', () => {
    expect(files.get('binary.bin')).toMatchObject({ binary: true, hunks: [] });
    expect(files.get('modified.txt')?.binary).toBe(false);
  });

  it('takes the carriage return of a CRLF file as part of the line ending', () => {
    expect(linesOf('crlf.txt')).toEqual(['1|1| one', '2||-two', '|2|+TWO']);
  });

  it('reads a header without counts: @@ -1 +1 @@', () => {
    expect(linesOf('single.txt')).toEqual(['1||-old', '|1|+new']);
  });

  it('counts no line for "No newline at end of file"', () => {
    expect(linesOf('no-newline.txt')).toEqual(['1|1| same', '2||-last', '|2|+changed']);
  });

  it('reads a file that became a symlink as one change of type', () => {
    expect(files.get('to-link.txt')).toMatchObject({ status: 'type_changed', newMode: '120000' });
    expect(linesOf('to-link.txt')).toEqual(['1||-was a file', '|1|+modified.txt']);
  });

  it('does not take content for headers', () => {
    expect(linesOf('looks-like-a-header.txt')).toEqual([
      '1|1| x',
      '|2|+-- a',
      '|3|+++ b',
      '|4|+@@ -1 +1 @@',
      '|5|+diff --git a/x b/x',
    ]);
  });

  it('keeps names with tabs, quotes, line ends and other letters as they are', () => {
    expect(linesOf('tab\t"quote"\nnewline ä.txt')).toEqual(['|1|+odd name']);
  });

  it('lists an empty file that was added', () => {
    expect(files.get('empty.txt')).toMatchObject({ status: 'added', hunks: [] });
  });

  it('reads nothing from nothing', () => {
    expect(parseDiff('')).toEqual([]);
  });

  it('refuses output that is not that of git diff --raw -z -p', () => {
    expect(() => parseDiff(':100644 100644 abc def M\0cut')).toThrow('ended inside an entry');
    expect(() => parseDiff(':what\0file\0')).toThrow('unknown entry');
    expect(() => parseDiff(':100644 100644 abc def M\0file\0\0')).toThrow('no patch section for file');
  });

  it('takes only a line feed for the end of a line, whatever stands in the code', () => {
    const hunks = files.get('line-ends.js')?.hunks ?? [];
    const added = hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'added'));
    expect(added.map(({ text }) => text)).toEqual(['x\rdiff --git a/x b/x', 'y\u2028@@ -1 +1 @@']);
    expect(hunks).toHaveLength(2);
  });
});
