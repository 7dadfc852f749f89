// A quote + a text → whether it stands there, indentation aside. Evidence counts only when it is found.
import { isSameLine, normaliseLine } from './compare-lines.ts';

/** Less than this is found everywhere and proves nothing. */
export const MIN_CHARACTERS = 6;

export function holdsQuote(text: string, quote: string): boolean {
  return findQuote(text, quote).length > 0;
}

/** Numbers of the lines on which it begins. */
export function findQuote(text: string, quote: string): readonly number[] {
  const wanted = linesOf(quote).filter((line, at, all) => line !== '' || (at > 0 && at < all.length - 1));
  if (wanted.join('').length < MIN_CHARACTERS) return [];
  const lines = linesOf(text);
  return lines.flatMap((_, at) =>
    wanted.every((line, offset) => isSameLine(lines[at + offset] ?? '', line)) ? [at + 1] : [],
  );
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).map(normaliseLine);
}
