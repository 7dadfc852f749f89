// Text → the same without anything that is, or looks like, a secret. What the process knows is compared as it is and in the
// forms in which it could be told; what others wrote into their code is known by its looks.
import { HIDDEN_CHARACTERS } from '../prompts/quote-text.ts';

/** Stands where a secret was. */
export const SECRET_MARK = '[secret removed]';

/** Shorter values would take words of the language away. */
const MIN_CHARACTERS = 8;

/** Forms that their makers have published, so that they can be found. */
const PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bsk-ant-[\w-]{8,}/g,
  /\bsk-(?:proj-)?[A-Za-z0-9_-]{20,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b[rs]k_live_[A-Za-z0-9]{16,}/g,
  /\bAIza[\w-]{35}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bey[JK][\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  /(?<=:\/\/[^\s/:@]{1,64}:)[^\s/@]{3,}(?=@)/g,
];

export type HideSecrets = (text: string) => string;

/** `known` are the secrets of this process, whatever they look like. */
export function composeHideSecrets(known: readonly string[]): HideSecrets {
  const long = known.filter(({ length }) => length >= MIN_CHARACTERS);
  const forms = long.flatMap(composeForms).sort((a, b) => b.length - a.length);
  const spelled = long.flatMap(composeSpellings);
  const replace = (text: string): string => {
    const withoutKnown = forms.reduce((rest, form) => rest.replaceAll(form, SECRET_MARK), text);
    return PATTERNS.reduce((rest, pattern) => rest.replaceAll(pattern, SECRET_MARK), withoutKnown);
  };
  return (text) => {
    // Characters that are not seen are taken away later, and what they parted would be one again.
    const seen = text.replaceAll(HIDDEN_CHARACTERS, '');
    const replacedSeen = replace(seen);
    const replaced = replacedSeen === seen ? replace(text) : replacedSeen;
    const squeezed = squeeze(replaced);
    // Spelled out in some other way, it cannot be cut out of the rest.
    return spelled.some((spelling) => squeezed.includes(spelling)) ? SECRET_MARK : replaced;
  };
}

function composeForms(secret: string): string[] {
  return [secret, encodeURIComponent(secret), ...[0, 1, 2].map((offset) => toBase64(secret, offset))];
}

/** Letters and digits, whatever stands between them and however Markdown spells them. */
function squeeze(text: string): string {
  return text
    .replaceAll(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) => {
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : '';
    })
    .replaceAll(/&[a-z]{2,10};/gi, '')
    .toLowerCase()
    .replaceAll(/[^a-z\d]/g, '');
}

/** Fewer could come together by chance. */
const MIN_SPELLED_CHARACTERS = 16;

function composeSpellings(secret: string): string[] {
  const plain = squeeze(secret);
  if (plain.length < MIN_SPELLED_CHARACTERS) return [];
  const hex = [...new TextEncoder().encode(secret)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return [plain, plain.split('').toReversed().join(''), hex];
}

/** As it stands in the base64 of a longer text, so many bytes behind a beginning; without what depends on its neighbours. */
function toBase64(text: string, offset: number): string {
  const bytes = new TextEncoder().encode('\0'.repeat(offset) + text);
  const encoded = btoa(String.fromCodePoint(...bytes)).replace(/=+$/, '');
  const end = bytes.length % 3 === 0 ? encoded.length : encoded.length - 1;
  return encoded.slice(offset === 0 ? 0 : offset + 1, end);
}
