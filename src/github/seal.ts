// Text ↔ a hidden line with a signature over it. The key comes from the API key, which each run has and nobody else: what a
// stranger writes, or copies from another pull request, does not open.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface Seal {
  close(text: string): string;
  /** Of the last sealed line in a body, the text; undefined when there is none or its signature is wrong. */
  open(body: string): string | undefined;
}

const FORM = /^<!-- nectr:ledger v1 ([\w-]+)\.([\w-]+) -->$/gm;

/** `subject` is what the text is about, such as `1296269#7`, by the repository's id: it is signed, not told. */
export function composeSeal(secret: string, subject: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, 'nectr', 'ledger v1', 32));
  const sign = (payload: string): Buffer =>
    createHmac('sha256', key).update(`${subject}\n${payload}`).digest();
  return {
    close: (text) => {
      const payload = Buffer.from(text).toString('base64url');
      return `<!-- nectr:ledger v1 ${payload}.${sign(payload).toString('base64url')} -->`;
    },
    open: (body) => {
      const [, payload, signature] = [...body.replaceAll('\r\n', '\n').matchAll(FORM)].at(-1) ?? [];
      if (payload === undefined || signature === undefined) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(payload);
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      return isOurs ? Buffer.from(payload, 'base64url').toString('utf8') : undefined;
    },
  };
}
