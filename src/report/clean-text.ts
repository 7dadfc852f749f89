// Words of a model, written about text by strangers → Markdown that notifies nobody, closes nothing and holds
// no HTML, and that cannot reach beyond itself into what stands around it.
import { fromMarkdown } from 'mdast-util-from-markdown';
import { HIDDEN_CHARACTERS, showHidden } from '../prompts/quote-text.ts';

const WORD_JOINER = '\u2060';
const MAX_ROUNDS = 4;

/**
 * Cleans a piece of text. Code spans and fences keep what is in them, since GitHub takes nothing there for a mention or a
 * tag; what is code is decided by the grammar of Markdown. Cleaning prose can change what is code, so it goes on until
 * nothing changes; text that does not settle is cleaned as a whole.
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

/** Characters that are not seen, or that turn the direction of text. */
function dropInvisible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(HIDDEN_CHARACTERS, '');
}

function cleanAroundCode(text: string): string {
  let at = 0;
  let cleaned = '';
  for (const { start, end } of findCode(text)) {
    cleaned += cleanProse(text.slice(at, start)) + text.slice(start, end);
    at = end;
  }
  return cleaned + cleanProse(text.slice(at));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
  readonly position?:
    | { readonly start: { offset?: number | undefined }; readonly end: { offset?: number | undefined } }
    | undefined;
}

function findCode(text: string): Span[] {
  const spans: Span[] = [];
  const visit = (node: Node): void => {
    const [start, end] = [node.position?.start.offset, node.position?.end.offset];
    const isCode = node.type === 'inlineCode' || (node.type === 'code' && isFenced(text, start));
    if (isCode && start !== undefined && end !== undefined) spans.push({ start, end });
    for (const child of node.children ?? []) visit(child);
  };
  visit(fromMarkdown(text));
  return spans;
}

/** Indented text is code only where it stands: inside a list it would be prose. */
function isFenced(text: string, start: number | undefined): boolean {
  return start !== undefined && /^(?:```|~~~)/.test(text.slice(start));
}

function cleanProse(text: string): string {
  return (
    text
      .replaceAll('<', '&lt;')
      // A backtick in prose could pair with one that stands behind this text.
      .replaceAll('`', '&#96;')
      .replaceAll('~~~', '&#126;&#126;&#126;')
      .replaceAll(/@(?=[\w-])/g, `@${WORD_JOINER}`)
      .replaceAll(/#(?=\d)/g, `#${WORD_JOINER}`)
      .replaceAll(/\bGH-(?=\d)/gi, `GH-${WORD_JOINER}`)
      // No image and no link whose text could hide where it leads.
      .replaceAll(/!(?=\[)/g, `!${WORD_JOINER}`)
      .replaceAll(/\](?=[([:])/g, `]${WORD_JOINER}`)
      // A bare address becomes a link by itself, and so does one of mail.
      .replaceAll(/:(?=\/\/)/g, `:${WORD_JOINER}`)
      .replaceAll(/\b(www)(?=\.)/gi, `$1${WORD_JOINER}`)
      .replaceAll(/\b(mailto|xmpp):(?=\S)/gi, `$1:${WORD_JOINER}`)
      // A line that other bots would take for a command, such as `/approve`.
      .replaceAll(/^([ \t>*-]*)\/(?=[a-z])/gim, `$1${WORD_JOINER}/`)
      // The address of an issue behind `fixes` closes it as well.
      .replaceAll(/(\/(?:issues|pull)\/)(?=\d)/g, `$1${WORD_JOINER}`)
  );
}

/** A fence that is left open would swallow all that follows. */
function closeFence(text: string): string {
  const last = findCode(text).at(-1);
  if (!last || last.end < text.length) return text;
  const [, fence] = /^(`{3,}|~{3,})/.exec(text.slice(last.start)) ?? [];
  if (fence === undefined) return text;
  const lines = text.slice(last.start).split('\n');
  const isClosed =
    lines.length > 1 &&
    (lines.at(-1) ?? '').trim().replaceAll(fence[0] ?? '', '') === '' &&
    (lines.at(-1) ?? '').trim().length >= fence.length;
  return isClosed ? text : `${text}\n${fence}`;
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
  return `${text.slice(0, kept)}…${text.slice(-kept)}`;
}
