// The hourly budget of a token, as the headers of every answer tell it: 5,000 requests, 1,000 for the token of a job
// (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
import type { Token } from '../world.ts';
import { Refusal } from './call.ts';

const HOUR_SECONDS = 3600;

export interface Budget {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly reset: number;
}

export function readBudget({ limit, used, windowEndsAt }: Token): Budget {
  return { limit, used, remaining: Math.max(0, limit - used), reset: windowEndsAt };
}

/** Counts one request; over the limit it is the 403 whose headers say when to come back. */
export function spendRequest(token: Token, nowMs = Date.now()): void {
  const now = Math.floor(nowMs / 1000);
  if (token.windowEndsAt <= now) Object.assign(token, { used: 0, windowEndsAt: now + HOUR_SECONDS });
  if (token.used >= token.limit) {
    throw new Refusal(403, `API rate limit exceeded for ${token.login}.`);
  }
  token.used += 1;
}

export function composeRateHeaders(token: Token | undefined): Record<string, string> {
  const budget = token
    ? readBudget(token)
    : { limit: 60, used: 1, remaining: 59, reset: Math.floor(Date.now() / 1000) + HOUR_SECONDS };
  return {
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(budget.remaining),
    'x-ratelimit-used': String(budget.used),
    'x-ratelimit-reset': String(budget.reset),
    'x-ratelimit-resource': 'core',
  };
}
