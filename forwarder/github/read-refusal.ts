// What a call to GitHub threw → why, as a value to switch on. The words are cut short and hold no request, so that
// they can be stored and shown.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';

export type Refusal =
  | { readonly kind: 'token_rejected' }
  /** `waitMs`: what the headers ask for, if they say anything. */
  | { readonly kind: 'rate_limited'; readonly waitMs: number | undefined }
  | { readonly kind: 'forbidden'; readonly message: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'gone'; readonly message: string }
  /** GitHub understood and will never accept it. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** 5xx, a timeout, a lost connection: it may have been done or not. */
  | { readonly kind: 'unavailable'; readonly message: string };

const MAX_MESSAGE_CHARACTERS = 300;

export function readRefusal(error: unknown, now: Date): Refusal {
  // A lost connection comes from Octokit as a 500 that nobody sent.
  if (!(error instanceof RequestError) || !error.response) {
    return { kind: 'unavailable', message: `no answer (${describeCause(error)})` };
  }
  const { status } = error;
  if (status === 401) return { kind: 'token_rejected' };
  if (isRateLimit(error)) return { kind: 'rate_limited', waitMs: readWait(error, now) };
  const message = `${status} ${describe(error)}`;
  if (status === 403) return { kind: 'forbidden', message };
  if (status === 404) return { kind: 'not_found' };
  if (status === 410 || status === 451) return { kind: 'gone', message };
  if (status >= 500 || status === 408) return { kind: 'unavailable', message };
  return { kind: 'invalid', message };
}

/** docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: 403 or 429, known by headers or words. */
function isRateLimit({ status, response, message }: RequestError): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit|abuse detection/i.test(message)
  );
}

/** `retry-after` comes first; `x-ratelimit-reset` counts only when nothing remains. */
function readWait({ response }: RequestError, now: Date): number | undefined {
  const headers = response?.headers ?? {};
  const seconds = Number(headers['retry-after'] ?? NaN);
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? NaN);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return undefined;
  // The reset is in whole seconds: a little later is on the right side of it.
  return Math.max(0, reset * 1000 - now.getTime()) + 1000;
}

/** The innermost words say most: `fetch failed` hides the address that refused. */
function describeCause(error: unknown): string {
  const { cause } = z.object({ cause: z.unknown() }).safeParse(error).data ?? {};
  return cause === undefined ? describe(error) : describeCause(cause);
}

function describe(error: unknown): string {
  const message = z.object({ message: z.string() }).safeParse(error).data?.message ?? String(error);
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line;
}
