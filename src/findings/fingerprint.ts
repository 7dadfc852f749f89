// A finding → a short name that stays the same when its lines move: by file, category and quoted code, never by number.
import type { Finding } from './finding.ts';

export function fingerprint({ path, category, quote }: Pick<Finding, 'path' | 'category' | 'quote'>): string {
  return hash(JSON.stringify([path, category, quote.replaceAll(/\s+/g, ' ').trim()]));
}

/** FNV-1a over 64 bits (RFC 9923): names, not secrets; pure stages have no crypto. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
}
