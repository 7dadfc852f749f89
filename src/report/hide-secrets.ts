// Text → the same without anything that is, or looks like, a secret. What the process knows is compared as it is and in the
// forms in which it could be told; what others wrote into their code is known by its looks.

const MARK = '[secret removed]';

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
  const forms = known
    .flatMap((secret) =>
      secret.length < MIN_CHARACTERS ? [] : [secret, encodeURIComponent(secret), toBase64(secret)],
    )
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = forms.reduce((rest, form) => rest.replaceAll(form, MARK), text);
    return PATTERNS.reduce((rest, pattern) => rest.replaceAll(pattern, MARK), withoutKnown);
  };
}

function toBase64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text))).replace(/=+$/, '');
}
