// Text → the same to the eye, in which nothing is a mention, a reference, an address or a command any more: a character of no
// width parts what would be one. A backslash in between is as good as nothing, since Markdown takes it away.

/** Neither seen nor counted as a blank; it joins no letters either. */
export const WORD_JOINER = '\u2060';

/** What may stand in between, and is taken away by Markdown. */
const MARKS = String.raw`[\\*_~]*`;

const RULES: readonly (readonly [RegExp, string])[] = [
  // The marks of emphasis are taken away as well.
  [/@(?=[\w*~-])/g, `@${WORD_JOINER}`],
  [/#(?=[\d*_~])/g, `#${WORD_JOINER}`],
  [new RegExp(`(GH${MARKS}-)(?=[\\d*_~\\\\])`, 'gi'), `$1${WORD_JOINER}`],
  // No image and no link whose text could hide where it leads.
  [new RegExp(`!(?=${MARKS}\\[)`, 'g'), `!${WORD_JOINER}`],
  [new RegExp(`\\](?=${MARKS}[([:])`, 'g'), `]${WORD_JOINER}`],
  // A bare address becomes a link by itself, and so does one of mail.
  [new RegExp(`:(?=${MARKS}/${MARKS}/)`, 'g'), `:${WORD_JOINER}`],
  [new RegExp(`(www)(?=${MARKS}\\.)`, 'gi'), `$1${WORD_JOINER}`],
  [new RegExp(`((?:mailto|xmpp|javascript)${MARKS}:)(?![\\s${WORD_JOINER}])`, 'gi'), `$1${WORD_JOINER}`],
  // In mathematics, between signs of dollar, these make links.
  [/\\(?=href|url)/g, `\\${WORD_JOINER}`],
  // A line that other bots would take for a command, such as `/approve`.
  [/^([ \t>*-]*)\/(?=[a-z])/gim, `$1${WORD_JOINER}/`],
  // The address of an issue behind `fixes` closes it as well.
  [new RegExp(`(/${MARKS}(?:issues|pull)${MARKS}/)(?=${MARKS}\\d)`, 'g'), `$1${WORD_JOINER}`],
];

export function breakReferences(text: string): string {
  return RULES.reduce((rest, [pattern, broken]) => rest.replaceAll(pattern, broken), text);
}
