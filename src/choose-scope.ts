// What of the pull request is read: what changed since the last review where that was done in the same manner, else all.
import { createHash } from 'node:crypto';
import type { ChangedFile } from './diff/changed-file.ts';
import type { Inputs } from './inputs.ts';
import type { Change } from './read-change.ts';
import type { Memory } from './recall.ts';
import type { Settings } from './settings.ts';

export interface Scope {
  readonly since: string | undefined;
  readonly files: readonly ChangedFile[];
  /** Paths that changed since the last review; undefined when everything is read. */
  readonly touched: ReadonlySet<string> | undefined;
}

export async function chooseScope(change: Change, { since, last }: Memory, digest: string): Promise<Scope> {
  if (since === undefined || last?.ledger.settings !== digest) {
    return { since: undefined, files: change.files, touched: undefined };
  }
  const { files, paths } = await change.readChangesSince(since);
  return { since, files, touched: paths };
}

/** Everything that decides how is reviewed: when it changes, what was read before has to be read again. */
export function digestManner({ model, reviewMode, effort }: Inputs, settings: Settings): string {
  return createHash('sha256')
    .update(JSON.stringify([model, reviewMode, effort, settings]))
    .digest('hex')
    .slice(0, 16);
}
