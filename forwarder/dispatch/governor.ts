// Which token may make another dispatch now. Keeps below GitHub's limits before they are hit: 80 calls a minute and 500 an
// hour that create something, and the hour's budget of each token; what GitHub asks to wait is waited out by all replicas
// (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
import type { RateBudgets } from '../github/rate-budgets.ts';
import type { TokenStore } from '../inbox/inbox.ts';
import type { Hold, Paces } from '../inbox/tokens/take-token.ts';

/** 20 + 60 in any minute, 140 + 360 in any hour. */
const PACES: Paces = { minute: { burst: 20, intervalMs: 1000 }, hour: { burst: 140, intervalMs: 10_000 } };
/** Longer than it takes for another dispatch to be allowed. */
const LATELY_MS = 15_000;

export class Governor {
  readonly #tokens: TokenStore;
  readonly #budgets: RateBudgets;
  /** What GitHub asked for, as it was heard last; the store knows what others heard. */
  readonly #asked = new Map<string, number>();
  /** When the pace of dispatches allows the next: nothing else has to wait for that. */
  readonly #paced = new Map<string, number>();

  constructor(tokens: TokenStore, budgets: RateBudgets) {
    this.#tokens = tokens;
    this.#budgets = budgets;
  }

  /** Undefined: go ahead, and it is counted. Otherwise when to ask again. */
  async take(tokenKey: string, now: Date): Promise<Date | undefined> {
    const known = this.readBlock(tokenKey, now);
    if (known) return known;
    const emptyUntil = this.#budgets.readEmptyUntil(tokenKey);
    const paces = this.#budgets.isLimited(tokenKey) ? PACES : undefined;
    const hold: Hold | undefined = emptyUntil
      ? { until: emptyUntil, isAsked: true }
      : await this.#tokens.take(tokenKey, paces, now);
    if (hold) (hold.isAsked ? this.#asked : this.#paced).set(tokenKey, hold.until.getTime());
    return hold?.until;
  }

  /** Nothing is to be tried before, by this process. */
  hold(tokenKey: string, until: Date): void {
    this.#asked.set(tokenKey, Math.max(until.getTime(), this.#asked.get(tokenKey) ?? 0));
  }

  /** GitHub asked to wait: nothing is to be tried before, by any replica. */
  async block(tokenKey: string, until: Date): Promise<void> {
    this.hold(tokenKey, until);
    await this.#tokens.block(tokenKey, until);
  }

  /** Until when nothing has to be dispatched with this token, as far as is known here. */
  readBlock(tokenKey: string, now: Date): Date | undefined {
    const pacedMs = this.#paced.get(tokenKey) ?? 0;
    return this.readAsked(tokenKey, now) ?? (pacedMs > now.getTime() ? new Date(pacedMs) : undefined);
  }

  /** Whether the pace was reached lately, so that there is hardly ever more than one dispatch to be had. */
  isAtPace(tokenKey: string, now: Date): boolean {
    return now.getTime() - (this.#paced.get(tokenKey) ?? -Infinity) < LATELY_MS;
  }

  /** Every token that can take nothing now, with the time until when. */
  listBlocks(now: Date): ReadonlyMap<string, Date> {
    const keys = new Set([...this.#asked.keys(), ...this.#paced.keys()]);
    const blocks = [...keys].flatMap((key): [string, Date][] => {
      const until = this.readBlock(key, now);
      return until ? [[key, until]] : [];
    });
    return new Map(blocks);
  }

  /** The same of any call: until when GitHub asks to wait. */
  readAsked(tokenKey: string, now: Date): Date | undefined {
    const askedMs = this.#asked.get(tokenKey) ?? 0;
    return askedMs > now.getTime() ? new Date(askedMs) : undefined;
  }
}
