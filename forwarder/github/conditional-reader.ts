// Reads that ask "has it changed?": what is the same costs nothing of the hour's budget (304), and what was read before
// is given again (docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
import { RequestError } from '@octokit/request-error';
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

export class ConditionalReader {
  readonly #known = new Map<string, KnownAnswer>();

  /** @throws what GitHub refuses, as Octokit tells it */
  async read<Value>(
    github: GitHub,
    { route, parameters, parse }: ConditionalRead<Value>,
  ): Promise<ConditionalAnswer<Value>> {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const known = this.#known.get(key);
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
      return { value: known.value as Value, link: known.link };
    }
  }

  #remember(key: string, answer: KnownAnswer): void {
    this.#known.delete(key);
    this.#known.set(key, answer);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}
