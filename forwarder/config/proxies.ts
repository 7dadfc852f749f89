// TRUST_PROXY → whose `X-Forwarded-For` is believed, in the form of Express's `trust proxy`. What Express would refuse at the
// start without a name is refused here by name.
import { isIP } from 'node:net';
import * as z from 'zod';

/** Names that Express knows, of private ranges. */
const RANGES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** A number of proxies, or their addresses. */
export const proxiesSchema = z
  .string()
  .refine(
    (text) => isCount(text) || text.split(',').every((proxy) => isProxy(proxy.trim())),
    'must be a number of proxies such as 1, or addresses such as 10.0.0.0/8 or loopback, with commas',
  )
  .transform((text): number | readonly string[] | false =>
    isCount(text) ? Number(text) : text.split(',').map((proxy) => proxy.trim()),
  );

function isCount(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}

function isProxy(text: string): boolean {
  if (RANGES.has(text)) return true;
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return (
    prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
  );
}
