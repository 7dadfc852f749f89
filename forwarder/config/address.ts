// An address that this service is reached at, or calls.
import * as z from 'zod';

/** Secrets and tokens travel over these addresses: https, except where nobody can listen. */
export function composeAddressSchema(isDevelopment: boolean, example: string) {
  return z
    .string()
    .refine(
      isPlainAddress,
      `must be an http or https address without a user, a query or a fragment, such as ${example}`,
    )
    .refine(
      (value) => isDevelopment || isPrivate(value),
      'must begin with https:// in production, except on loopback',
    )
    .transform((value) => value.replace(/\/+$/, ''));
}

function isPlainAddress(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function isPrivate(value: string): boolean {
  const url = URL.parse(value);
  // What is no address at all has been told already.
  if (!url || url.protocol !== 'http:') return true;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}
