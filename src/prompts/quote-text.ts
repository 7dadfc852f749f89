// Text of strangers → lines that can neither close their block nor look like our own words, with every character that is
// not seen shown as what it is.

/** Controls, marks of direction, and all that Unicode lets a font leave out: zero-width, fillers, selectors, tags. */
export const HIDDEN_CHARACTERS = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * `⟦U+202E⟧` for a character that would not be seen; line ends inside a line as `␊`. Half a character, left by a cut, is replaced:
 * the API refuses a whole request for one.
 */
export function showHidden(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(
      HIDDEN_CHARACTERS,
      (character) => `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`,
    )
    .replaceAll(/[\r\n\u2028\u2029]/g, '␊');
}

/** People's prose, each line behind a bar. */
export function quoteText(text: string, maxCharacters = 8_000): string {
  const cut = text.length > maxCharacters ? `${text.slice(0, maxCharacters)} […]` : text;
  return cut
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => `| ${showHidden(line)}`)
    .join('\n');
}

/** Lines of a file, each behind its number and a bar. */
export function quoteLines(lines: readonly string[], firstNumber: number): string {
  return lines.map((line, at) => `${String(firstNumber + at).padStart(5)}| ${showHidden(line)}`).join('\n');
}

/** A path as one token that no quote or line end can leave. */
export function quotePath(path: string): string {
  return showHidden(JSON.stringify(path));
}
