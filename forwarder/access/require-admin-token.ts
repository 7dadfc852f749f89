// `Authorization: Bearer ADMIN_TOKEN`, or 401. Wrong tokens from one address are counted, and after ten within a minute
// are told to wait. The right one always passes: it cannot be guessed, and nobody can lock its owner out.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Problem } from '../problem.ts';

export interface AdminAccess {
  /** Undefined: open, as development allows. */
  readonly adminToken: string | undefined;
  readonly now: () => Date;
}

const MAX_WRONG = 10;
const WINDOW_MS = 60_000;
/** Of addresses that are remembered; the oldest is forgotten first. */
const MAX_ADDRESSES = 10_000;

export function requireAdminToken({ adminToken, now }: AdminAccess): RequestHandler {
  if (adminToken === undefined) return (_request, _response, next) => next();
  const expected = digest(adminToken);
  const wrong = new WrongTokens();
  return (request, _response, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
    // Digests are of one length, so that the comparison tells nothing about the token's.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) {
      next();
      return;
    }
    const waitMs = given === undefined ? 0 : wrong.count(request.ip ?? '', now().getTime());
    if (waitMs > 0) {
      throw new Problem(429, 'too_many_attempts', 'Too many wrong tokens from this address: wait a minute.', {
        headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
      });
    }
    const message =
      given === undefined
        ? 'Send the header `Authorization: Bearer ADMIN_TOKEN`.'
        : 'The token is not the ADMIN_TOKEN that this forwarder was started with.';
    throw new Problem(401, 'unauthorized', message, {
      headers: { 'WWW-Authenticate': 'Bearer realm="nectr"' },
    });
  };
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

class WrongTokens {
  readonly #windows = new Map<string, { tries: number; endsAtMs: number }>();

  /** Counts one more; returns how long to wait, 0 while there were few. */
  count(address: string, nowMs: number): number {
    const known = this.#windows.get(address);
    const current = known && known.endsAtMs > nowMs ? known : { tries: 0, endsAtMs: nowMs + WINDOW_MS };
    current.tries += 1;
    this.#windows.delete(address);
    this.#windows.set(address, current);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > MAX_ADDRESSES && oldest !== undefined) this.#windows.delete(oldest);
    return current.tries > MAX_WRONG ? current.endsAtMs - nowMs : 0;
  }
}
