// A changed file → the lines in which a reviewer sees it: old number, new number, sign, bar, code.
import type { ChangedFile, DiffLine } from '../diff/changed-file.ts';
import { quotePath, showHidden } from './quote-text.ts';

/** A line of more is data; what matters in it is seen at its beginning. */
const MAX_LINE_CHARACTERS = 2_000;
/** Stands where the rest of a line was left out. */
export const CUT_MARK = '[…]';

export function renderFile(file: ChangedFile): string {
  const from = file.previousPath === undefined ? '' : ` from ${quotePath(file.previousPath)}`;
  const link = file.newMode === '120000' ? ', a symbolic link: its line is where it leads' : '';
  const hunks = file.hunks.map((hunk) => ['@@', ...hunk.lines.map(renderLine)].join('\n'));
  return [`=== ${quotePath(file.path)} (${file.status}${from}${link})`, ...hunks].join('\n');
}

function renderLine(line: DiffLine): string {
  const old = line.kind === 'added' ? '' : String(line.oldLine);
  const fresh = line.kind === 'deleted' ? '' : String(line.newLine);
  const sign = { added: '+', context: ' ', deleted: '-' }[line.kind];
  const text =
    line.text.length > MAX_LINE_CHARACTERS
      ? `${line.text.slice(0, MAX_LINE_CHARACTERS)} ${CUT_MARK}`
      : line.text;
  return `${old.padStart(5)} ${fresh.padStart(5)} ${sign}| ${showHidden(text)}`;
}
