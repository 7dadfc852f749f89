// A line of code as it is and a line as it was quoted → whether they are the same. A quote is copied from what was shown: blanks
// may differ, characters that are not seen stand there by their number or are left out, and a very long line is cut.
import { HIDDEN_CHARACTERS } from '../prompts/quote-text.ts';
import { CUT_MARK } from '../prompts/render-file.ts';

const SHOWN_BY_NUMBER = /⟦U\+[0-9A-F]{4,6}⟧/g;

/** Without indentation, with one blank for several, and without what is not seen. */
export function normaliseLine(text: string): string {
  return text
    .replaceAll(SHOWN_BY_NUMBER, '')
    .replaceAll(HIDDEN_CHARACTERS, '')
    .replaceAll(/[\s␊]+/g, ' ')
    .trim();
}

/** Less than this before the mark of a cut would be found anywhere. */
const MIN_CUT_CHARACTERS = 100;

/** Both normalised. */
export function isSameLine(line: string, quoted: string): boolean {
  if (line === quoted) return true;
  if (!quoted.endsWith(CUT_MARK)) return false;
  // The cut may have gone through a character of two halves.
  const start = quoted
    .slice(0, -CUT_MARK.length)
    .replace(/[\uD800-\uDFFF\uFFFD]+$/, '')
    .trimEnd();
  return start.length >= MIN_CUT_CHARACTERS && line.startsWith(start);
}
