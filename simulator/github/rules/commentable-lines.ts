// Which lines of one file a review comment may stand on: those inside a hunk of the diff from merge base to head
// with three lines of context (docs.github.com/rest/pulls/comments).
import { listChangedFiles } from '../git/changed-files.ts';
import { readMergeBase } from '../git/read-commits.ts';

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
  const files = await listChangedFiles(range.gitDir, mergeBase, range.headSha);
  const file = files.find((changed) => changed.path === path);
  return file && readHunks(file.patch ?? '');
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

/** Where a comment starts or ends. */
export interface LineOnSide {
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
}

export type PlacedLines =
  | { readonly kind: 'placed'; readonly diffHunk: string; readonly position: number }
  | { readonly kind: 'refused'; readonly problem: string };

/**
 * Where lines stand in a file's hunks. RIGHT: added and context lines; LEFT: deleted and context lines. A range stays in one
 * hunk. The sentences are those that GitHub's answers show (warpdotdev/oz-agent-action#17, danobi/prr#16,
 * parkerbxyz/suggest-changes#64).
 */
export function placeLines(
  hunks: readonly DiffHunk[],
  end: LineOnSide,
  start: LineOnSide | undefined,
): PlacedLines {
  const hunk = hunks.find(({ rows }) => findRow(rows, end) >= 0);
  if (!hunk) return { kind: 'refused', problem: 'Line could not be resolved' };
  const at = findRow(hunk.rows, end);
  if (start) {
    const from = findRow(hunk.rows, start);
    if (start.side === end.side ? start.line >= end.line : from >= at) {
      return { kind: 'refused', problem: 'Pull request review thread start line must precede the end line.' };
    }
    if (from < 0) {
      const problem = 'Pull request review thread start line must be part of the same hunk as the line.';
      return { kind: 'refused', problem };
    }
  }
  const before = hunks.slice(0, hunks.indexOf(hunk)).reduce((sum, { rows }) => sum + rows.length + 1, 0);
  const texts = hunk.rows.slice(0, at + 1).map(({ text }) => text);
  return { kind: 'placed', diffHunk: [hunk.header, ...texts].join('\n'), position: before + at + 1 };
}

function findRow(rows: readonly Row[], { side, line }: LineOnSide): number {
  return rows.findIndex((row) => (side === 'RIGHT' ? row.right : row.left) === line);
}
