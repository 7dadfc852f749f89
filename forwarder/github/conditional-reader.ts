// Reads that ask "has it changed?": what is the same costs nothing of the hour's budget (304), and what was read before
// is given again (docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api). All of them together
// keep a pace that leaves dispatches room below GitHub's limit of the minute.
import { RequestError } from '@octokit/request-error';
import pThrottle from 'p-throttle';
import type { GitHub } from './open-github.ts';

export interface ConditionalAnswer<Value> {
  readonly value: Value;
  /** The `Link` header. */
  readonly link: string | undefined;
}

interface KnownAnswer {
  readonly etag: string;
  /** Parsed: GitHub's own words are many times as long. */
  readonly value: unknown;
  readonly link: string | undefined;
}

export interface ConditionalRead<Value> {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly parse: (text: string) => Value;
}

/** A few pages for each of a thousand repositories. */
const MAX_KNOWN = 5000;

export interface ReaderOptions {
  /** False: the server has no limits, and nothing has to be paced. */
  readonly isLimited: () => boolean;
  /** Aborted when the service stops: reads that wait for their turn are given up. */
  readonly signal: AbortSignal;
  /** 480 unless told. */
  readonly readsPerMinute?: number;
  /** Answers that are kept; 5,000 unless told. */
  readonly maxKnown?: number;
}

/** Of 900 points a minute; a read is one, and the 80 dispatches of a minute are five each. */
const READS_A_MINUTE = 480;

export class ConditionalReader {
  readonly #known = new Map<string, KnownAnswer>();
  readonly #isLimited: () => boolean;
  readonly #maxKnown: number;
  readonly #waitTurn: () => Promise<void>;

  constructor({
    isLimited,
    signal,
    readsPerMinute: limit = READS_A_MINUTE,
    maxKnown = MAX_KNOWN,
  }: ReaderOptions) {
    this.#maxKnown = maxKnown;
    this.#isLimited = isLimited;
    this.#waitTurn = pThrottle({ limit, interval: 60_000, strict: true, signal })(() => Promise.resolve());
  }

  /** For reads whose answers are not worth keeping: they count as well. Rejects when the service stops. */
  async takeTurn(): Promise<void> {
    if (this.#isLimited()) await this.#waitTurn();
  }

  /** @throws what GitHub refuses, as Octokit tells it */
  async read<Value>(
    github: GitHub,
    { route, parameters, parse }: ConditionalRead<Value>,
  ): Promise<ConditionalAnswer<Value>> {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const known = this.#known.get(key);
    await this.takeTurn();
    try {
      const { data, headers } = await github.request(route, {
        ...parameters,
        headers: known ? { 'if-none-match': known.etag } : {},
        request: { parseSuccessResponseBody: false },
      });
      const value = parse(await new Response(data as ReadableStream).text());
      if (headers.etag !== undefined) this.#remember(key, { value, link: headers.link, etag: headers.etag });
      return { value, link: headers.link };
    } catch (error) {
      if (!known || !(error instanceof RequestError) || error.status !== 304) throw error;
      this.#remember(key, known);
      return { value: known.value as Value, link: known.link };
    }
  }

  /** In the order of use: what was not used for longest is forgotten first. */
  #remember(key: string, answer: KnownAnswer): void {
    this.#known.delete(key);
    this.#known.set(key, answer);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#maxKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}
