// One file's patch → its hunks, with line numbers counted by the numbers in each header, never by looks: a
// content line may itself look like a header.
import type { DiffLine, Hunk } from './changed-file.ts';

// `,N` may be left out and then means 1: `@@ -1 +1 @@`. What follows is a line of the file and may hold anything.
const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Parses every hunk of one `diff --git` section; throws on a hunk that ends early and on lines that are in none. */
export function parseHunks(section: string): Hunk[] {
  const lines = section.replace(/\n$/, '').split('\n');
  const hunks: Hunk[] = [];
  let at = lines.findIndex((line) => HEADER.test(line));
  if (at < 0) at = lines.length;
  while (at < lines.length) {
    const match = HEADER.exec(lines[at] ?? '');
    if (!match) throw new Error('the diff has a line that belongs to no hunk');
    const taken = takeHunk(lines, at + 1, {
      old: Number(match[1]),
      oldCount: Number(match[2] ?? 1),
      new: Number(match[3]),
      newCount: Number(match[4] ?? 1),
    });
    hunks.push({ lines: taken.lines });
    at = taken.end;
  }
  return hunks;
}

interface Counters {
  old: number;
  oldCount: number;
  new: number;
  newCount: number;
}

function takeHunk(
  lines: readonly string[],
  start: number,
  from: Counters,
): { lines: DiffLine[]; end: number } {
  const taken: DiffLine[] = [];
  const oldEnd = from.old + from.oldCount;
  const newEnd = from.new + from.newCount;
  let { old, new: fresh } = from;
  let at = start;
  while (old < oldEnd || fresh < newEnd) {
    const line = lines[at];
    if (line === undefined) throw new Error('a hunk of the diff ended early');
    at += 1;
    const text = withoutCarriageReturn(line.slice(1));
    if (line.startsWith('+')) taken.push({ kind: 'added', newLine: fresh++, text });
    else if (line.startsWith('-')) taken.push({ kind: 'deleted', oldLine: old++, text });
    else if (line.startsWith('\\')) continue;
    else taken.push({ kind: 'context', oldLine: old++, newLine: fresh++, text });
  }
  while (lines[at]?.startsWith('\\')) at += 1; // `\ No newline at end of file` is not a line
  return { lines: taken, end: at };
}

/** In a CRLF file every line ends in `\r`; it is part of the line ending, not of what people quote. */
function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
