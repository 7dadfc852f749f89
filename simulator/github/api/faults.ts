// Faults that the local GitHub was told to show: an error status, silence, or a cut connection, before or after the
// request has done its work.

export type Fault = {
  /** Left out: any. */
  readonly method?: string;
  /** Path of the published description, such as `/repos/{owner}/{repo}/dispatches`. */
  readonly route: string;
  /** How many requests it hits; 1 unless told. */
  readonly times?: number;
  /** How many matching requests pass first. */
  readonly after?: number;
} & (
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly accepted?: boolean;
    }
  | { readonly hang: 'before' | 'after-accepting' }
  | { readonly reset: 'before' | 'after-accepting' }
);

export class Faults {
  readonly #open: { fault: Fault; left: number; skip: number }[] = [];

  add(fault: Fault): void {
    this.#open.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 });
  }

  /** The fault that hits this request, if any; each counts down. */
  take(method: string, route: string): Fault | undefined {
    for (const entry of this.#open) {
      const { fault } = entry;
      if (entry.left === 0 || fault.route !== route || (fault.method ?? method) !== method) continue;
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
  if ('hang' in fault) return fault.hang === 'after-accepting';
  if ('reset' in fault) return fault.reset === 'after-accepting';
  return fault.accepted === true;
}
