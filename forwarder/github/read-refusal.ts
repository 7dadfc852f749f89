// What a call to GitHub threw → why, as a value to switch on. The words are cut short and hold no request, so that
// they can be stored and shown.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { isRateLimit, readWaitMs } from '../../contract/rate-limit.ts';

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
  if (isRateLimit(error)) return { kind: 'rate_limited', waitMs: readWaitMs(error, now) };
  const message = `${status} ${describe(error)}`;
  if (status === 403) return { kind: 'forbidden', message };
  if (status === 404) return { kind: 'not_found' };
  if (status === 410 || status === 451) return { kind: 'gone', message };
  if (status >= 500 || status === 408) return { kind: 'unavailable', message };
  return { kind: 'invalid', message };
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
