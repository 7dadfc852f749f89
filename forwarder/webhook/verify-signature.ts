// Raw bytes + `X-Hub-Signature-256` + candidate keys → the key that signed them. Over the bytes and never over a decoded
// string: bodies may hold a byte order mark or invalid UTF-8. In constant time, and never with an empty secret.
import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
/** Stands in where there is no key, so that an unknown webhook takes as long as a known one. */
const NO_KEY = 'no key';
const NO_SIGNATURE = '0'.repeat(64);

export function verifySignature<Key extends { readonly secret: string }>(
  body: Uint8Array,
  signature: string | undefined,
  keys: readonly Key[],
): Key | undefined {
  const usable = keys.filter(({ secret }) => secret !== '');
  const hex = SIGNATURE.exec(signature ?? '')?.[1];
  const given = Buffer.from(hex ?? NO_SIGNATURE, 'hex');
  let signer: Key | undefined;
  for (const key of usable) {
    if (isEqual(key.secret, body, given)) signer ??= key;
  }
  if (usable.length === 0) isEqual(NO_KEY, body, given);
  return hex === undefined ? undefined : signer;
}

function isEqual(secret: string, body: Uint8Array, given: Uint8Array): boolean {
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given);
}
