// How often and when a dispatch is tried again. The plan is stored with the event; nothing ever sleeps on it.

export interface RetryPolicy {
  /** Failed attempts before giving up. */
  readonly maxFailures: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** After a refused token or a missing right: a person has to act, and each try is one more bad login. */
  readonly tokenWaitMs: number;
  /** docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api: at least a minute, then longer. */
  readonly rateLimitWaitMs: number;
  /** Waiting out rate limits does not count as failing, so it ends with the event's age. */
  readonly maxAgeMs: number;
}

/** Ten tries with full jitter reach over about seven minutes; the ledger and the redelivery are there for longer. */
export const RETRY_POLICY: RetryPolicy = {
  maxFailures: 10,
  baseMs: 2000,
  capMs: 5 * 60_000,
  tokenWaitMs: 5 * 60_000,
  rateLimitWaitMs: 60_000,
  maxAgeMs: 24 * 60 * 60_000,
};

/**
 * Exponential with full jitter: anything from 0 to base · 2^failures, at most the cap. Spread evenly, the events that
 * one outage stopped do not come back as one wave (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 * @param failures failed attempts before this one
 */
export function computeBackoffMs({ baseMs, capMs }: RetryPolicy, failures: number, random: number): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** failures));
}

const MAX_UNASKED_WAIT_MS = 60 * 60_000;
const MIN_WAIT_MS = 1000;

/** What GitHub asks for, else a minute that doubles with each attempt, at most an hour. Never at once. */
export function computeRateLimitWaitMs(
  { rateLimitWaitMs }: RetryPolicy,
  askedMs: number | undefined,
  attempts: number,
): number {
  const unasked = Math.min(MAX_UNASKED_WAIT_MS, rateLimitWaitMs * 2 ** Math.max(0, attempts - 1));
  return Math.max(askedMs ?? unasked, Math.min(MIN_WAIT_MS, rateLimitWaitMs));
}
