// Which lines of one file a review comment may stand on: those inside a hunk of the diff from merge base to head
// with three lines of context (docs.github.com/rest/pulls/comments). RIGHT: added and context lines; LEFT: deleted.
import { readMergeBase } from '../git/bare-repository.ts';
import { runGit } from '../git/run-git.ts';

export interface DiffHunk {
  readonly header: string;
  readonly rows: readonly Row[];
}

interface Row {
  readonly text: string;
  readonly left: number | undefined;
  readonly right: number | undefined;
}

export interface DiffRange {
  readonly gitDir: string;
  readonly baseSha: string;
  readonly headSha: string;
}

/** Hunks of one file, by its path at the head (or, deleted, at the base); undefined when it did not change. */
export async function readFileHunks(range: DiffRange, path: string): Promise<DiffHunk[] | undefined> {
  const mergeBase = await readMergeBase(range.gitDir, range.baseSha, range.headSha);
  if (mergeBase === undefined) return undefined;
  const names = await runGit(range.gitDir, ['diff', '--name-status', '-z', '-M', mergeBase, range.headSha]);
  const paths = findPaths(names.toString('utf8').split('\0'), path);
  if (!paths) return undefined;
  const args = ['diff', '-M', '-U3', '--no-color', '--no-ext-diff', mergeBase, range.headSha, '--', ...paths];
  return readHunks((await runGit(range.gitDir, ['--literal-pathspecs', ...args])).toString('utf8'));
}

function findPaths(fields: readonly string[], wanted: string): string[] | undefined {
  for (let at = 0; at + 1 < fields.length;) {
    const count = /^[RC]/.test(fields[at] ?? '') ? 2 : 1;
    const paths = fields.slice(at + 1, at + 1 + count);
    if (paths.at(-1) === wanted) return paths;
    at += 1 + count;
  }
  return undefined;
}

function readHunks(patch: string): DiffHunk[] {
  const hunks: { header: string; rows: Row[] }[] = [];
  let [left, right, leftEnd, rightEnd] = [0, 0, 0, 0];
  for (const text of patch.split('\n')) {
    const open = hunks.at(-1);
    if (open && (left < leftEnd || right < rightEnd)) {
      if (text.startsWith('+')) open.rows.push({ text, left: undefined, right: right++ });
      else if (text.startsWith('-')) open.rows.push({ text, left: left++, right: undefined });
      else if (!text.startsWith('\\')) open.rows.push({ text, left: left++, right: right++ });
      continue;
    }
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (!header) continue;
    [left, right] = [Number(header[1]), Number(header[3])];
    [leftEnd, rightEnd] = [left + Number(header[2] ?? 1), right + Number(header[4] ?? 1)];
    hunks.push({ header: text, rows: [] });
  }
  return hunks;
}

export interface CommentedLines {
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
  readonly startLine: number | undefined;
}

/** The hunk up to the commented line, as GitHub shows it; undefined when the lines cannot carry a comment. */
export function findDiffHunk(
  hunks: readonly DiffHunk[],
  { side, line, startLine }: CommentedLines,
): string | undefined {
  const carries = (row: Row, number: number): boolean =>
    side === 'RIGHT' ? row.right === number : row.left === number && row.right === undefined;
  for (const { header, rows } of hunks) {
    const end = rows.findIndex((row) => carries(row, line));
    if (end < 0) continue;
    const start = startLine === undefined ? end : rows.findIndex((row) => carries(row, startLine));
    if (start < 0 || start > end) return undefined;
    return [header, ...rows.slice(0, end + 1).map(({ text }) => text)].join('\n');
  }
  return undefined;
}
