// Finding + diff → the lines its comment stands on. The quote decides; the claimed number only breaks ties. A
// model miscounts lines, but it copies text well, and GitHub refuses a whole review for one wrong line.
import type { ChangedFile, DiffLine, Hunk } from '../diff/changed-file.ts';
import { isSameLine, normaliseLine } from './compare-lines.ts';
import type { Finding } from './finding.ts';

export type Side = 'LEFT' | 'RIGHT';

export type Placement =
  /** Inside one hunk: `startLine <= line`, both numbers of `side`. */
  | {
      readonly kind: 'line';
      readonly path: string;
      readonly side: Side;
      readonly startLine: number;
      readonly line: number;
    }
  /** The file is part of the change, the quote is not. */
  | { readonly kind: 'file'; readonly path: string }
  /** Not even the file is part of the change. */
  | { readonly kind: 'body' };

interface NumberedLine {
  readonly number: number;
  /** On the side that was claimed, where the line has a number there: what is claimed is counted on that side. */
  readonly counted: number;
  readonly text: string;
  readonly changed: boolean;
}

/** Finds where a finding belongs in its file, if that changed. Never guesses: without a matching quote there is no line. */
export function placeFinding(finding: Finding, file: ChangedFile | undefined): Placement {
  if (!file) return { kind: 'body' };
  const quoted = quotedLines(finding.quote);
  if (quoted.length === 0) return { kind: 'file', path: file.path };
  const claimed: Side = finding.side;
  const other: Side = claimed === 'RIGHT' ? 'LEFT' : 'RIGHT';
  for (const side of [claimed, other]) {
    const match = nearest(matchesOn(side, claimed, file.hunks, quoted), finding.line);
    if (match && isCertain(match, quoted, finding.line)) {
      const { startLine, line } = match;
      return { kind: 'line', path: file.path, side, startLine, line };
    }
  }
  return { kind: 'file', path: file.path };
}

/** Less than this is found everywhere: `}`, `return;`, `else {`. */
const TELLING_CHARACTERS = 12;
const MAX_MISCOUNT_LINES = 15;

/** A short quote says little by itself: then the claimed number has to agree, as far as models count well. */
function isCertain({ counted }: Range, quoted: readonly string[], claimedLine: number): boolean {
  const telling = quoted.join('').replaceAll(/\s/g, '').length >= TELLING_CHARACTERS;
  return telling || Math.abs(counted - claimedLine) <= MAX_MISCOUNT_LINES;
}

/** Lines of the quote without blank ones at its ends; indentation is compared loosely, text exactly. */
function quotedLines(quote: string): string[] {
  const lines = quote.split(/\r?\n/).map(normaliseLine);
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

interface Range {
  readonly startLine: number;
  readonly line: number;
  /** Number of the first quoted line, as it is counted on the claimed side. */
  readonly counted: number;
}

function matchesOn(side: Side, claimed: Side, hunks: readonly Hunk[], quoted: readonly string[]): Range[] {
  return hunks.flatMap((hunk) => {
    const lines = hunk.lines.flatMap((line) => numberedOn(side, claimed, line));
    return lines.flatMap((_, at): Range[] => {
      const window = lines.slice(at, at + quoted.length);
      if (window.length < quoted.length) return [];
      if (!window.every(({ text }, offset) => isSameLine(text, quoted[offset] ?? ''))) return [];
      const kept = side === 'RIGHT' ? window : window.slice(deletedFrom(window), deletedTo(window));
      return spanOf(kept, window[0]?.counted ?? 0);
    });
  });
}

/** A comment on LEFT stands on deleted lines: a quote that begins or ends with context is narrowed to them. */
const deletedFrom = (window: readonly NumberedLine[]): number =>
  Math.max(
    0,
    window.findIndex((line) => line.changed),
  );
const deletedTo = (window: readonly NumberedLine[]): number =>
  window.findLastIndex((line) => line.changed) + 1;

function spanOf(window: readonly NumberedLine[], counted: number): Range[] {
  const [first, last] = [window[0], window.at(-1)];
  return first && last ? [{ startLine: first.number, line: last.number, counted }] : [];
}

/** RIGHT holds added and context lines; LEFT, deleted and context lines. */
function numberedOn(side: Side, claimed: Side, line: DiffLine): NumberedLine[] {
  const numbers = {
    LEFT: 'oldLine' in line ? line.oldLine : undefined,
    RIGHT: 'newLine' in line ? line.newLine : undefined,
  };
  const number = numbers[side];
  if (number === undefined) return [];
  const text = normaliseLine(line.text);
  return [{ number, counted: numbers[claimed] ?? number, text, changed: line.kind !== 'context' }];
}

function nearest(ranges: readonly Range[], claimedLine: number): Range | undefined {
  return ranges.reduce<Range | undefined>((best, range) => {
    if (!best) return range;
    const closer = Math.abs(range.counted - claimedLine) < Math.abs(best.counted - claimedLine);
    return closer ? range : best;
  }, undefined);
}
