// What was posted → what in it would do something on GitHub that no person has asked for. Markdown is parsed, not searched: what
// stands in code does nothing, and what an entity or an escape spells does what it spells.
import MarkdownIt, { type Token } from 'markdown-it';

export interface Posted {
  readonly what: string;
  readonly text: string;
  /** `plain`: shown as it is. `data`: read by programs; only secrets and foreign text count. */
  readonly kind: 'markdown' | 'plain' | 'data';
  /** Suggestions that may be offered in it. */
  readonly suggestions?: number;
}

export interface Forbidden {
  /** Addresses that begin so are ours. */
  readonly home: string;
  readonly secrets: readonly string[];
  /** From outside the tree. */
  readonly foreign: readonly string[];
}

const markdown = new MarkdownIt({ html: true, linkify: true });
// GitHub makes no link of an address without its scheme, and none of mail with a character in it that is no letter: of those, the
// text is judged.
markdown.linkify.add('//', null).add('mailto:', null);
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

export function findFaults(posted: Posted, forbidden: Forbidden): string[] {
  const faults = [...findSecrets(posted.text, forbidden)];
  if (posted.kind === 'plain') faults.push(...judgeText(posted.text));
  if (posted.kind !== 'data') faults.push(...findCommands(posted));
  if (posted.kind === 'markdown') faults.push(...judgeMarkdown(posted, forbidden));
  return faults.map((fault) => `${posted.what}: ${fault}`);
}

/** Letters and digits only: a secret is one, however it is spelled. */
const squeeze = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

function findSecrets(text: string, { secrets, foreign }: Forbidden): string[] {
  const ledgers = [...text.matchAll(/nectr:ledger v1 ([\w-]+)\./g)].map(([, payload = '']) =>
    Buffer.from(payload, 'base64url').toString(),
  );
  const squeezed = squeeze([text, ...ledgers].join('\n'));
  return [
    ...secrets.filter((secret) => squeezed.includes(squeeze(secret))).map((secret) => `the secret ${secret}`),
    ...foreign.filter((part) => text.includes(part)).map((part) => `text from outside the tree, ${part}`),
  ];
}

/** Bots that take comments for commands read the source, line by line. What stands in a fence is code of the pull request. */
function findCommands({ text, kind }: Posted): string[] {
  const lines = text.split('\n');
  const fences = kind === 'plain' ? [] : markdown.parse(text, {}).filter(({ type }) => type === 'fence');
  for (const { map } of fences) if (map) lines.fill('', ...map);
  return lines.filter((line) => /^\s*\/[a-z]/i.test(line)).map((line) => `a command, ${line.slice(0, 120)}`);
}

const UNSEEN = /[\u00AD\u0085\v\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/u;

/** Of text that is not code. */
function judgeText(text: string): string[] {
  const rules: readonly (readonly [string, RegExp])[] = [
    ['a mention', /@[a-z\d]/i],
    ['a reference', /#\d|\bGH-\d|\/(?:issues|pull)\/\d/i],
    ['an address', /:\/\/|\bwww\.|\b(?:mailto|javascript):[^\s\u2060]/i],
    ['a link', /\]\(/],
    ['what is not seen', UNSEEN],
    // Between signs of dollar GitHub sets mathematics, and code beside such a sign is mathematics whatever is in it.
    ['a link of mathematics', /\\(?:href|url)\b/],
    ['code as mathematics', /\$\uFFFC|\uFFFC\$/],
  ];
  return rules.flatMap(([name, rule]) =>
    rule.test(text) ? [`${name} in ${JSON.stringify(text.slice(0, 160))}`] : [],
  );
}

const OWN_HTML =
  /^(?:<details><summary>[\w ,]*<\/summary>|<\/details>|<\/?sub>|<!-- nectr:(?:review|ledger|finding) [\w.=+/ -]+ -->)$/;
const LANGUAGE = /^[a-z0-9+#-]{0,20}$/i;
/** GitHub makes pictures, with links in them, of these. */
const DRAWN = /^(?:mermaid|geojson|topojson|stl|math)\b/i;

function judgeMarkdown({ text, suggestions = 0 }: Posted, { home }: Forbidden): string[] {
  const tokens = markdown.parse(text, {});
  const faults = tokens.flatMap((token) => judgeToken(token, home));
  const offered = tokens.filter(
    ({ type, info }) => type === 'fence' && /^suggestion\b/i.test(info.trim()),
  ).length;
  if (offered > suggestions) faults.push(`${offered} suggestions instead of ${suggestions}`);
  // What was opened in the text would have swallowed the end.
  const last = tokens.at(-1);
  const isMarked = text.trimEnd().endsWith('-->');
  if (isMarked && last?.type !== 'html_block') faults.push('its end is inside of something else');
  return faults;
}

function judgeToken({ type, content, info, children }: Token, home: string): string[] {
  switch (type) {
    case 'html_block':
      return content
        .trim()
        .split('\n')
        .flatMap((line) => judgeHtml(line.trim()));
    case 'fence': {
      const language = markdown.utils.unescapeAll(info).trim();
      if (language !== '' && (DRAWN.test(language) || !LANGUAGE.test(language)))
        return [`a fence of ${language}`];
      return [];
    }
    case 'inline':
      return [
        ...judgeText(textOf(children ?? [])),
        ...(children ?? []).flatMap((child) => judgeInline(child, home)),
      ];
    default:
      return [];
  }
}

function judgeInline(token: Token, home: string): string[] {
  switch (token.type) {
    case 'image':
      return [`an image, ${token.attrGet('src')}`];
    case 'link_open': {
      const href = token.attrGet('href') ?? '';
      return href.startsWith(`${home}/`) ? [] : [`a link, ${href}`];
    }
    case 'html_inline':
      return judgeHtml(token.content);
    default:
      return [];
  }
}

function judgeHtml(html: string): string[] {
  return OWN_HTML.test(html) ? [] : [`HTML, ${html.slice(0, 120)}`];
}

/** As it is read, without what is code. */
function textOf(children: readonly Token[]): string {
  return children
    .map(({ type, content }) => {
      if (type === 'code_inline') return '\uFFFC';
      if (type === 'softbreak' || type === 'hardbreak') return '\n';
      return type === 'html_inline' ? '' : content;
    })
    .join('');
}
