// A changed file → a quote of each of its lines in every way in which a model quotes: with the right number, one that is off,
// none; as the file has it or as the prompt shows it; with its neighbours; under the other side. Each with where it belongs.
import type { ChangedFile, DiffLine } from '../../../src/diff/changed-file.ts';
import { normaliseLine } from '../../../src/findings/compare-lines.ts';
import type { Finding } from '../../../src/findings/finding.ts';
import { placeFinding, type Side } from '../../../src/findings/place-finding.ts';
import { renderFile } from '../../../src/prompts/render-file.ts';

export type Way =
  | 'with its number'
  | 'with a number that is off'
  | 'without a number'
  | 'as the prompt shows it'
  | 'under the other side'
  | 'on the left of unchanged code'
  | 'of several lines';

export interface Quote {
  readonly way: Way;
  readonly finding: Finding;
  readonly expected: { readonly side: Side; readonly startLine: number; readonly line: number };
  /** Of the last line, as the file has it. */
  readonly text: string;
}

interface Row {
  readonly line: DiffLine;
  /** As the prompt shows it. */
  readonly shown: string;
  readonly hunk: number;
}

export function listQuotes(file: ChangedFile): Quote[] {
  const rows = readRows(file);
  const byText = Map.groupBy(rows, ({ line }) => normaliseLine(line.text));
  return rows.flatMap((row, at) => [
    ...quoteOne(file.path, findSame(byText, row.line), row),
    ...quoteSeveral(file.path, rows, at),
  ]);
}

/** What the prompt shows, read as anybody would read it: rows of numbers, sign, bar, code. */
function readRows(file: ChangedFile): Row[] {
  const shown = renderFile(file)
    .split('\n')
    .slice(1)
    .flatMap((row) => /^ *\d* +\d* [ +-]\| (.*)$/.exec(row)?.[1] ?? []);
  const lines = file.hunks.flatMap(({ lines }, hunk) => lines.map((line) => ({ line, hunk })));
  if (shown.length !== lines.length) throw new Error(`${file.path}: ${shown.length} rows of ${lines.length}`);
  return lines.map(({ line, hunk }, at) => ({ line, hunk, shown: shown[at] ?? '' }));
}

function numberOn(side: Side, line: DiffLine): number | undefined {
  if (side === 'RIGHT') return line.kind === 'deleted' ? undefined : line.newLine;
  return line.kind === 'added' ? undefined : line.oldLine;
}

const isBlank = (text: string): boolean => normaliseLine(text) === '';
/** As the placing does: a shorter quote says nothing without a number. */
const isTelling = (text: string): boolean => normaliseLine(text).replaceAll(' ', '').length >= 12;

function quoteOne(path: string, same: readonly DiffLine[], { line, shown }: Row): Quote[] {
  // A blank line alone is no quote: it is quoted with its neighbours.
  if (isBlank(line.text)) return [];
  const side: Side = line.kind === 'deleted' ? 'LEFT' : 'RIGHT';
  const number = numberOn(side, line) ?? 0;
  const expected = { side, startLine: number, line: number };
  const say = (way: Way, quote: string, claimed: number, claimedSide = side): Quote => ({
    way,
    finding: composeFinding(path, claimedSide, claimed, quote),
    expected,
    text: line.text,
  });
  const others = same.flatMap((row) => numberOn(side, row) ?? []).filter((other) => other !== number);
  const room = Math.min(12, ...others.map((other) => Math.ceil(Math.abs(other - number) / 2) - 1));
  const isAlone = same.length === 1;
  const oldNumber = line.kind === 'context' ? line.oldLine : undefined;
  return [
    say('with its number', line.text, number),
    say('as the prompt shows it', shown, number),
    ...(room > 0
      ? [
          say('with a number that is off', line.text, number - room),
          say('with a number that is off', shown, number + room),
        ]
      : []),
    ...(isAlone && isTelling(line.text)
      ? [0, -1, 1_000_000].map((claimed) => say('without a number', line.text, claimed))
      : []),
    ...(isAlone && line.kind !== 'context'
      ? [say('under the other side', line.text, number, side === 'LEFT' ? 'RIGHT' : 'LEFT')]
      : []),
    // A comment on unchanged code stands on the right, wherever it was claimed.
    ...(oldNumber !== undefined && same.every(({ kind }) => kind === 'context')
      ? [say('on the left of unchanged code', line.text, oldNumber, 'LEFT')]
      : []),
  ];
}

function findSame(byText: ReadonlyMap<string, readonly Row[]>, { text }: DiffLine): DiffLine[] {
  return (byText.get(normaliseLine(text)) ?? []).map(({ line }) => line);
}

const LENGTHS = [2, 4];

/** From this line on, on each side that it stands on; a quote on the left begins and ends with deleted lines. */
function quoteSeveral(path: string, rows: readonly Row[], at: number): Quote[] {
  const row = rows[at];
  if (!row) return [];
  return (['RIGHT', 'LEFT'] as const).flatMap((side): Quote[] => {
    const start = numberOn(side, row.line);
    if (start === undefined) return [];
    const onSide = rows
      .slice(at)
      .filter((other) => other.hunk === row.hunk && numberOn(side, other.line) !== undefined);
    return LENGTHS.flatMap((length): Quote[] => {
      const window = onSide.slice(0, length);
      const [first, last] = [window[0], window.at(-1)];
      if (window.length < length || !first || !last) return [];
      if (isBlank(first.line.text) || isBlank(last.line.text)) return [];
      if (side === 'LEFT' && (first.line.kind !== 'deleted' || last.line.kind !== 'deleted')) return [];
      const quote = window.map(({ shown }) => shown).join('\n');
      const line = numberOn(side, last.line) ?? 0;
      const expected = { side, startLine: start, line };
      return [
        {
          way: 'of several lines',
          finding: composeFinding(path, side, start, quote),
          expected,
          text: last.line.text,
        },
      ];
    });
  });
}

function composeFinding(path: string, side: Side, line: number, quote: string): Finding {
  const words = { title: 'A title', explanation: 'An explanation.', scenario: 'A scenario.' };
  return { path, side, line, quote, severity: 'major', category: 'correctness', ...words };
}

/** Where it was placed instead, or undefined. */
export function placeQuote(files: readonly ChangedFile[], { finding, expected }: Quote): string | undefined {
  const file = files.find(({ path }) => path === finding.path);
  const found = placeFinding(finding, file);
  const isThere =
    found.kind === 'line' &&
    found.path === finding.path &&
    found.side === expected.side &&
    found.startLine === expected.startLine &&
    found.line === expected.line;
  return isThere ? undefined : `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
}
