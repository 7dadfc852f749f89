// A diff of 200,000 lines, parsed and indexed, beside `git diff --numstat` of the same.
import { execFileSync } from 'node:child_process';
import type { Benchmark } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openFolder } from '../open-folder.ts';
import { spread, spreadOfRatios } from '../spread.ts';
import { parseDiff } from '../../src/diff/parse-diff.ts';

const ROUNDS = 9;
const FILES = 100;
const LINES = 2000;

export const diff: Benchmark = {
  name: 'diff',
  run: async () => {
    await using folder = await openFolder();
    const commits = createHistory(folder.path);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', folder.path, 'diff', ...args, ...commits], {
        encoding: 'utf8',
        maxBuffer: 1e9,
      });
    const own: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const patch = git('--raw', '-p', '-z', '--full-index', '--no-abbrev');
      own.push(time(() => parseDiff(patch)));
      theirs.push(time(() => git('--numstat', '-z')));
    }
    return [
      {
        what: `a diff of ${(FILES * LINES).toLocaleString('en-US')} lines, parsed and indexed`,
        beside: '`git diff --numstat` of the same',
        ours: milliseconds(spread(own).median),
        theirs: milliseconds(spread(theirs).median),
        ratio: spreadOfRatios(own, theirs),
        bound: { kind: 'at most', value: 2 },
      },
    ];
  },
};

function time(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** Half of the lines taken away, half put there: two commits by git fast-import. */
function createHistory(folder: string): readonly [string, string] {
  execFileSync('git', ['init', '--quiet', '--bare', folder]);
  const input = composeCommit(1, 'before', '') + composeCommit(2, 'after', 'from :1\n');
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input });
  return ['main~1', 'main'];
}

function composeCommit(mark: number, word: string, from: string): string {
  const files = Array.from({ length: FILES }, (_, at) => {
    const text = Array.from(
      { length: LINES / 2 },
      (_, line) => `export const ${word}${line} = ${line * at};\n`,
    ).join('');
    return `M 100644 inline src/part${at}.js\ndata ${text.length}\n${text}\n`;
  });
  const head = `commit refs/heads/main\nmark :${mark}\ncommitter a <a@example.com> ${mark} +0000\ndata 1\nx\n${from}`;
  return `${head}${files.join('')}\n`;
}
