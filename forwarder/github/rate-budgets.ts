// Headers of GitHub's answers → what is left of each token's hour. A server that sends no such headers has no limits: that
// is how Enterprise Server comes (docs.github.com/enterprise-server/rest/using-the-rest-api/rate-limits-for-the-rest-api).
import type { ResponseHeaders } from './open-github.ts';

interface Budget {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
}

/** Following and reconciling leave this share of an hour to dispatches. */
const SPARE_SHARE = 0.2;

export class RateBudgets {
  readonly #now: () => Date;
  readonly #budgets = new Map<string, Budget>();
  readonly #unlimited = new Set<string>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  observe(tokenKey: string, headers: ResponseHeaders): void {
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      Number(headers[`x-ratelimit-${name}`] ?? NaN),
    ) as [number, number, number];
    if ([limit, remaining, reset].every(Number.isFinite)) {
      this.#budgets.set(tokenKey, { limit, remaining, resetAtMs: reset * 1000 });
      this.#unlimited.delete(tokenKey);
    } else if (!this.#budgets.has(tokenKey)) {
      this.#unlimited.add(tokenKey);
    }
  }

  /** Until an answer says otherwise, there are limits. */
  isLimited(tokenKey: string): boolean {
    return !this.#unlimited.has(tokenKey);
  }

  /** The same of all tokens together. */
  hasLimits(): boolean {
    return this.#budgets.size > 0 || this.#unlimited.size === 0;
  }

  /** When the hour of a token ends that has nothing left; undefined while it has. */
  readEmptyUntil(tokenKey: string): Date | undefined {
    const budget = this.#read(tokenKey);
    return budget?.remaining === 0 ? new Date(budget.resetAtMs) : undefined;
  }

  /** Whether work that can wait may use the token now. */
  hasSpare(tokenKey: string): boolean {
    const budget = this.#read(tokenKey);
    return budget === undefined || budget.remaining >= budget.limit * SPARE_SHARE;
  }

  /** The least that any token has left; undefined while nothing is known. */
  readLeast(): number | undefined {
    const left = [...this.#budgets.keys()].flatMap((key) => this.#read(key)?.remaining ?? []);
    return left.length === 0 ? undefined : Math.min(...left);
  }

  #read(tokenKey: string): Budget | undefined {
    const budget = this.#budgets.get(tokenKey);
    return budget && budget.resetAtMs > this.#now().getTime() ? budget : undefined;
  }
}
