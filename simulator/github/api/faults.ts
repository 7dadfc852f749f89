// Faults that the local GitHub was told to show: an error status, silence, or a cut connection, before or after the
// request has done its work.
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';

export type Fault = {
  /** Left out: any. */
  readonly method?: string;
  /** Path of the published description, such as `/repos/{owner}/{repo}/dispatches`; `*`: any. */
  readonly route: string;
  /** Called when it shows: what it accepts first is done by then. */
  readonly onHit?: () => void;
  /** How many requests it hits; 1 unless told. */
  readonly times?: number;
  /** How many matching requests pass first. */
  readonly after?: number;
} & (
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** GitHub's form with a fitting message unless told; a string is sent as it is, as HTML. */
      readonly body?: unknown;
      /** The request does its work first: an answer that lies. */
      readonly accepted?: boolean;
    }
  /** Silence for `ms`, then the answer; without `ms`, silence until the client gives up. */
  | { readonly hang: 'before' | 'after-accepting'; readonly ms?: number }
  | { readonly reset: 'before' | 'after-accepting' }
);

export class Faults {
  readonly #open: { fault: Fault; left: number; skip: number }[] = [];

  /** What it returns takes the fault back, should it not have shown yet. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1, skip: fault.after ?? 0 };
    this.#open.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The fault that hits this request, if any; each counts down. */
  take(method: string, route: string): Fault | undefined {
    for (const entry of this.#open) {
      const { fault } = entry;
      if (entry.left === 0 || !['*', route].includes(fault.route) || (fault.method ?? method) !== method)
        continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }
}

/** Whether the request does its work before the fault shows. */
export function acceptsFirst(fault: Fault): boolean {
  if ('status' in fault) return fault.accepted === true;
  return ('hang' in fault ? fault.hang : fault.reset) === 'after-accepting';
}

/** The status shown, 0 for none; undefined when the request goes on as if nothing had been. */
export async function showFault(fault: Fault, response: ServerResponse): Promise<number | undefined> {
  fault.onHit?.();
  if ('status' in fault) {
    const { status, headers, body = { message: STATUS_MESSAGES[status] ?? 'Server Error' } } = fault;
    const isText = typeof body === 'string';
    const contentType = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
    response.writeHead(status, { 'content-type': contentType, ...headers });
    response.end(isText ? body : JSON.stringify(body));
    return status;
  }
  if ('reset' in fault) {
    response.socket?.resetAndDestroy();
    return 0;
  }
  if (fault.ms === undefined) return 0; // open until either side gives up
  await wait(fault.ms, undefined, { ref: false });
  return undefined;
}

const STATUS_MESSAGES: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Validation Failed',
  429: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  503: 'Service unavailable',
};
