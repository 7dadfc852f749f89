// What a handler gets and what it gives back.
import type { Repository, Token, World } from '../world.ts';

export interface Call {
  readonly world: World;
  readonly token: Token;
  /** The repository of the path; handlers of other paths never look at it. */
  readonly repository: Repository;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The request's address, for links to other pages. */
  readonly address: URL;
}

export interface Answer {
  readonly status: number;
  /** Undefined: no content. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** An answer other than success, in GitHub's form. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  toAnswer(): Answer {
    const body = {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
    return { status: this.status, body };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

/** One page of a list, with the `Link` header that leads to the others. 30 a page, 100 at most. */
export function paginate<T>(
  call: Call,
  items: readonly T[],
  wrap: (page: readonly T[]) => unknown = (page) => page,
): Answer {
  const perPage = Math.min(100, Number(call.query.get('per_page') ?? 30));
  const page = Number(call.query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const links = [
    ...(page < last ? [link(call, page + 1, 'next'), link(call, last, 'last')] : []),
    ...(page > 1 ? [link(call, 1, 'first'), link(call, page - 1, 'prev')] : []),
  ];
  const body = wrap(items.slice((page - 1) * perPage, page * perPage));
  return { status: 200, body, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

function link(call: Call, page: number, rel: string): string {
  const url = new URL(call.address);
  url.searchParams.set('page', String(page));
  return `<${url.href}>; rel="${rel}"`;
}
