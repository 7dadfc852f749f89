// Words of a model, written about text by strangers → Markdown that notifies nobody, closes nothing and holds
// no HTML, and that cannot reach beyond itself into what stands around it.
import { fromMarkdown } from 'mdast-util-from-markdown';
import { HIDDEN_CHARACTERS, showHidden } from '../prompts/quote-text.ts';
import { breakReferences, WORD_JOINER } from './break-references.ts';

const MAX_ROUNDS = 4;

/**
 * Cleans text that stands alone between blank lines. Code spans and fences keep what is in them, since GitHub takes nothing there
 * for a mention or a tag; what is code is decided by the grammar of Markdown. Cleaning prose can change what is code, so it
 * goes on until nothing changes; text that does not settle is cleaned as a whole.
 */
export function cleanText(text: string): string {
  let current = dropInvisible(text).trim();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const cleaned = closeFence(cleanAroundCode(current));
    if (cleaned === current) return current;
    current = cleaned;
  }
  return cleanProse(current);
}

const WORD = 'x ';

/** Cleans text that stands behind other words of its line: behind a word, nothing begins that takes more than a line. */
export function cleanInline(text: string): string {
  const flat = dropInvisible(text).replaceAll(/\s+/g, ' ').trim();
  return cleanText(WORD + flat).slice(WORD.length);
}

/** Cleans text that is shown as it is, such as an annotation: without Markdown, but with addresses and names made links. */
export function cleanPlain(text: string): string {
  return breakReferences(dropInvisible(text)).trim();
}

/** Characters that are not seen, or that turn the direction of text. */
function dropInvisible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(HIDDEN_CHARACTERS, '');
}

function cleanAroundCode(text: string): string {
  let at = 0;
  let cleaned = '';
  for (const { start, end, kept } of findCode(text)) {
    cleaned += cleanBesideCode(text, at, start) + kept;
    at = end;
  }
  return cleaned + cleanBesideCode(text, at, text.length);
}

/** Backslashes and marks of emphasis are not seen in between. */
const DOLLAR_IN_FRONT = /^[\\*_~]*\$/;
const DOLLAR_BEHIND = /\$[\\*_~]*$/;

/** What lies between the code of a text. Beside a sign of dollar GitHub takes code for mathematics, which can hold links. */
function cleanBesideCode(text: string, start: number, end: number): string {
  const prose = cleanProse(text.slice(start, end));
  const front = start > 0 && DOLLAR_IN_FRONT.test(prose) ? WORD_JOINER : '';
  const back = end < text.length && DOLLAR_BEHIND.test(prose) ? WORD_JOINER : '';
  return front + prose + back;
}

interface Code {
  readonly start: number;
  readonly end: number;
  /** What stands there afterwards. */
  readonly kept: string;
  readonly isFence: boolean;
}

interface Node {
  readonly type: string;
  readonly lang?: string | null | undefined;
  readonly value?: string;
  readonly children?: readonly Node[];
  readonly position?:
    | { readonly start: { offset?: number | undefined }; readonly end: { offset?: number | undefined } }
    | undefined;
}

const MARK_OF_CODE = /`|~~~/;

function findCode(text: string): Code[] {
  // Most texts have none, and the parser's first use takes 15 ms.
  if (!MARK_OF_CODE.test(text)) return [];
  const found: Code[] = [];
  const visit = (node: Node): void => {
    const [start, end] = [node.position?.start.offset, node.position?.end.offset];
    if (start !== undefined && end !== undefined) {
      const code = text.slice(start, end);
      if (node.type === 'inlineCode')
        found.push({ start, end, kept: onOneLine(code, node.value ?? ''), isFence: false });
      // Indented text is code only where it stands: inside a list it would be prose.
      if (node.type === 'code' && FENCE.test(code))
        found.push({ start, end, kept: plainFence(code, node.lang), isFence: true });
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(fromMarkdown(text));
  return found;
}

/** To a reader a line end in a span is a blank. To bots that read the source, what stands behind it would begin a line. */
function onOneLine(span: string, code: string): string {
  return span.includes('\n') ? codeSpan(code.replaceAll('\n', ' ')) : span;
}

const FENCE = /^(?:`{3,}|~{3,})/;

/** Names of languages only: of `suggestion` GitHub makes a button, of `mermaid` and the like a drawing with links. */
const LANGUAGE = /^(?!(?:suggestion|mermaid|geojson|topojson|stl|math)\b)[a-z][a-z\d+#-]{0,20}$/i;

function plainFence(code: string, language: string | null | undefined): string {
  const [fence = ''] = FENCE.exec(code) ?? [];
  const end = code.indexOf('\n');
  const name = language && LANGUAGE.test(language) ? language : '';
  return fence + name + (end < 0 ? '' : code.slice(end));
}

/** A line that makes a table of its neighbours, in which a bar ends also what is code. */
const TABLE_RULE = /^[ \t>*+\-:|\d.)]*$/gm;

function cleanProse(text: string): string {
  const escaped = text
    // What an entity spells counts as if it stood there. Those that are written here stay.
    .replaceAll(/&(?!(?:lt|amp|grave|vert);)(?=[#a-z])/gi, '&amp;')
    .replaceAll('<', '&lt;')
    // A backtick in prose could pair with one that stands behind this text.
    .replaceAll('`', '&grave;')
    .replaceAll(/~~(?=~)/g, `~~${WORD_JOINER}`)
    .replaceAll(TABLE_RULE, (line) => (line.includes('-') ? line.replaceAll('|', '&vert;') : line));
  return breakReferences(escaped);
}

const MARK_OF_FENCE = /`{3}|~{3}/;

/** A fence that is left open would swallow all that follows. */
function closeFence(text: string): string {
  if (!MARK_OF_FENCE.test(text)) return text;
  // Whether it is open is asked of the grammar: does it swallow a paragraph that follows?
  const last = findCode(`${text}\n\nx`).at(-1);
  if (!last?.isFence || last.end <= text.length) return text;
  const [fence] = FENCE.exec(text.slice(last.start)) ?? [];
  return fence === undefined ? text : `${text}\n${fence}`;
}

/** Code of any content in a fence that is longer than every fence inside it. */
export function fenceCode(code: string, language = ''): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const shown = code
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => showHidden(line.replace(/\r$/, '')));
  return `${fence}${language}\n${shown.join('\n')}\n${fence}`;
}

/** A path or other short text as a code span, also when it holds backticks or line ends. */
export function codeSpan(text: string): string {
  const flat = showHidden(text);
  const ticks = '`'.repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map((match) => match[0].length)));
  return ticks.length === 1 ? `\`${flat}\`` : `${ticks} ${flat} ${ticks}`;
}

/** The middle goes: of a path, the end says most. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const kept = Math.floor((maxCharacters - 1) / 2);
  return `${text.slice(0, kept).toWellFormed()}…${text.slice(-kept).toWellFormed()}`;
}
