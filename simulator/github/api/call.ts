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
  /** What GitHub does once it has answered, such as sending the ping of a new webhook. */
  readonly afterwards?: () => Promise<unknown>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** An answer other than success, in GitHub's form. It is what a well-behaved client may meet. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    errors?: readonly unknown[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  toAnswer(): Answer {
    const body = {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
    return { status: this.status, body, headers: this.headers };
  }
}

/** The refusal of a request that no correct client sends: it is listed in `violations` as well. */
export class BrokenRule extends Refusal {}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

/** GitHub's 422 of the resources that list their problems as plain sentences. */
export function unprocessable(problems: readonly string[]): BrokenRule {
  return new BrokenRule(422, 'Unprocessable Entity', problems);
}
