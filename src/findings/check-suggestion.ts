// A suggestion + the file at the head → whether it can be offered to be applied with one click. It is applied in memory; what
// changes nothing, repeats a line, breaks brackets or indentation, or no longer parses is told as prose.
import type { Finding } from './finding.ts';
import { showHidden } from '../prompts/quote-text.ts';
import { parsesAs } from './parse-code.ts';
import type { Placement } from './place-finding.ts';

export type CheckedSuggestion =
  | { readonly kind: 'none' }
  | { readonly kind: 'applies'; readonly code: string }
  | { readonly kind: 'prose'; readonly code: string; readonly reason: string };

export async function checkSuggestion(
  finding: Finding,
  placement: Placement,
  head: string | undefined,
): Promise<CheckedSuggestion> {
  const { suggestion } = finding;
  if (suggestion === undefined || suggestion.trim() === '') return { kind: 'none' };
  const code = suggestion.replace(/\n$/, '');
  const reason = await findFault(code, placement, head);
  return reason === undefined ? { kind: 'applies', code } : { kind: 'prose', code, reason };

  async function findFault(
    code: string,
    placement: Placement,
    head: string | undefined,
  ): Promise<string | undefined> {
    if (placement.kind !== 'line' || placement.side !== 'RIGHT') return 'there is no line to apply it to';
    if (hasHidden(code)) return 'it holds characters that cannot be seen';
    if (head === undefined) return 'the file could not be read';
    const ending = head.includes('\r\n') ? '\r\n' : '\n';
    const lines = head.split(/\r?\n/);
    const start = placement.startLine - 1;
    const replaced = lines.slice(start, placement.line);
    const fresh = code.split(/\r?\n/);
    if (sameLines(replaced, fresh)) return 'it changes nothing';
    if (repeats(lines[start - 1], fresh[0], replaced[0])) return 'it repeats the line above';
    if (repeats(lines[placement.line], fresh.at(-1), replaced.at(-1))) return 'it repeats the line below';
    if (countBrackets(fresh) !== countBrackets(replaced)) return 'its brackets do not balance';
    if (indentOf(fresh) !== indentOf(replaced)) return 'its indentation is another';
    const applied = [...lines.slice(0, start), ...fresh, ...lines.slice(placement.line)].join(ending);
    // A file that did not parse before says nothing about the suggestion.
    const before = await parsesAs(finding.path, head);
    const parsed = before === true ? await parsesAs(finding.path, applied) : undefined;
    return parsed === false ? 'the file would no longer parse' : undefined;
  }
}

/** It is shown in another form then, which the button would write into the file. A line may end as in a file with CRLF. */
function hasHidden(code: string): boolean {
  return code.split('\n').some((line) => {
    const bare = line.replace(/\r$/, '');
    return showHidden(bare) !== bare;
  });
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line.trimEnd() === b[at]?.trimEnd());
}

/** Short lines, such as a brace, are often twice in a row. */
function repeats(
  neighbour: string | undefined,
  line: string | undefined,
  replaced: string | undefined,
): boolean {
  if (neighbour === undefined || line === undefined || line.trim().length < 4) return false;
  return line.trim() === neighbour.trim() && line.trim() !== replaced?.trim();
}

/** How many more of each kind open than close. */
function countBrackets(lines: readonly string[]): string {
  const text = lines.join('\n');
  const count = (character: string): number => text.split(character).length - 1;
  return ['()', '[]', '{}'].map(([open = '', close = '']) => count(open) - count(close)).join();
}

/** White space before the first line that has anything else. */
function indentOf(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim() !== '');
  return /^\s*/.exec(first ?? '')?.[0] ?? '';
}
