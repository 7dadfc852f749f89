// Words of a model, written about text by strangers → Markdown that notifies nobody, closes nothing and holds
// no HTML. Code spans and fences are left as they are: GitHub takes nothing inside them for a mention or a tag.

const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
const WORD_JOINER = '\u2060';

/** Cleans prose. The result has no mention, closing keyword, HTML tag or comment outside code. */
export function cleanText(text: string): string {
  return text
    .trim()
    .split(CODE)
    .map((part, at) => (at % 2 === 1 ? part : cleanProse(part)))
    .join('');
}

function cleanProse(text: string): string {
  return text
    .replaceAll(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\uFEFF]/g, '')
    .replaceAll('<', '&lt;')
    .replaceAll(/@(?=[\w-])/g, `@${WORD_JOINER}`)
    .replaceAll(/#(?=\d)/g, `#${WORD_JOINER}`)
    .replaceAll(/!\[/g, '[');
}

/** Code of any content in a fence that is longer than every fence inside it. */
export function fenceCode(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code.replace(/\n$/, '')}\n${fence}`;
}

/** A path or other short text as a code span, also when it holds backticks or line ends. */
export function codeSpan(text: string): string {
  const flat = text.replaceAll(/[\r\n]/g, '␊');
  const ticks = '`'.repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map((match) => match[0].length)));
  return ticks.length === 1 ? `\`${flat}\`` : `${ticks} ${flat} ${ticks}`;
}
