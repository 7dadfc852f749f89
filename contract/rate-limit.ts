// What GitHub refused → whether it is for a rate limit, and how long it asks to wait: GitHub's rule for whoever calls it
// (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).

/** The part of Octokit's `RequestError` that says it. */
export interface Refused {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> } | undefined;
}

/** 403 or 429, known by headers or words. */
export function isRateLimit({ status, message, response }: Refused): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit|abuse detection/i.test(message)
  );
}

/** Milliseconds; undefined when GitHub asks for no time. `retry-after` comes first; the reset counts only when nothing remains. */
export function readWaitMs({ response }: Refused, now: Date): number | undefined {
  const headers = response?.headers ?? {};
  const seconds = Number(headers['retry-after'] ?? NaN);
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? NaN);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return undefined;
  // The reset is in whole seconds: a little later is on the right side of it.
  return Math.max(0, reset * 1000 - now.getTime()) + 1000;
}
