// A refusal that the caller of the API can act on. Thrown anywhere below a route, answered by the server as
// `{"error": code, "message": what to do}`.
export class Problem extends Error {
  readonly status: number;
  /** Stable, for programs: `repository_not_found`. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
  }
}
