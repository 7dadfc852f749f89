// Followed events of a repository → the runs that may be theirs: those that dispatches have started since, and each run that
// is known but has left the list, by its id. GitHub lists no more than a thousand.
import type { RequireSpare } from '../dispatch/read-in-background.ts';
import type { ConditionalReader } from '../github/conditional-reader.ts';
import { listDispatchedRuns, readRun, type WorkflowRun } from '../github/list-runs.ts';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import type { FollowedEvent } from '../inbox/event.ts';

/** GitHub's clock and ours. */
export const CLOCK_SKEW_MS = 2 * 60_000;

export interface ReadRuns {
  /** The listed ones newest first, then the others. */
  readonly runs: readonly WorkflowRun[];
  /** Known runs that GitHub has no more. */
  readonly gone: ReadonlySet<number>;
}

/** @throws what GitHub refuses, as Octokit tells it */
export async function readRuns(
  { reader, github, requireSpare }: RunSource,
  name: RepositoryName,
  events: readonly FollowedEvent[],
  since: Date,
): Promise<ReadRuns> {
  const open = events
    .filter(({ runUrl }) => runUrl === null)
    .map(({ dispatchedAt }) => Date.parse(dispatchedAt));
  // Those whose run is known are read by its id.
  const atLeast = open.length === 0 ? undefined : new Date(Math.min(...open) - CLOCK_SKEW_MS);
  const listed = await listDispatchedRuns(reader, github, name, { since, atLeast, requireSpare });
  const ids = new Set(listed.map(({ id }) => id));
  const unlisted: WorkflowRun[] = [];
  const gone = new Set<number>();
  for (const { runId, runUrl } of events) {
    // Without an address it is the run of the dispatch before.
    if (runId === null || runUrl === null || ids.has(runId)) continue;
    requireSpare();
    const run = await readRun(reader, github, name, runId);
    if (run) unlisted.push(run);
    else gone.add(runId);
  }
  return { runs: [...listed, ...unlisted], gone };
}

export interface RunSource {
  readonly reader: ConditionalReader;
  readonly github: GitHub;
  readonly requireSpare: RequireSpare;
}
