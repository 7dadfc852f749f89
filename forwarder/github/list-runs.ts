// Runs that repository_dispatch has started since a time, newest first; and one of them by its id. The list is all there is at first: the dispatch itself
// answers without a run (docs.github.com/rest/actions/workflow-runs).
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import type { ConditionalReader } from './conditional-reader.ts';
import type { GitHub, RepositoryName } from './open-github.ts';

const runSchema = z.object({
  id: z.int().positive(),
  /** The `run-name`. */
  display_title: z.string(),
  /** `queued`, `in_progress`, `waiting`, … and at last `completed`. */
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  /** In whole seconds. */
  created_at: z.string(),
});

export type WorkflowRun = z.infer<typeof runSchema>;

const pageSchema = z.object({ workflow_runs: z.array(runSchema) });

/** GitHub shows at most 1,000 results of a filtered list, the newest. What is older is asked for by itself. */
const MAX_PAGES = 10;
const PER_PAGE = 100;
const MAX_WINDOWS = 10;

export interface Reach {
  readonly since: Date;
  /** Behind a full list nothing is looked for that is older; undefined: nothing at all. */
  readonly atLeast: Date | undefined;
  /** Asked before each list. */
  readonly requireSpare: () => void;
}

/** @throws what GitHub refuses, as Octokit tells it, and what `requireSpare` throws */
export async function listDispatchedRuns(
  reader: ConditionalReader,
  github: GitHub,
  name: RepositoryName,
  { since, atLeast, requireSpare }: Reach,
): Promise<readonly WorkflowRun[]> {
  let listed = await listCreated(reader, github, name, `>=${composeTime(since)}`);
  // Those of the second where one list ends and the next begins are in both.
  const runs = new Map(listed.map((run) => [run.id, run]));
  for (let window = 1; window < MAX_WINDOWS; window += 1) {
    const oldest = listed.at(-1)?.created_at;
    const isCut = oldest !== undefined && listed.length >= CUT;
    if (!isCut || atLeast === undefined || Date.parse(oldest) < atLeast.getTime()) break;
    requireSpare();
    listed = await listCreated(reader, github, name, `${composeTime(atLeast)}..${oldest}`);
    for (const run of listed) runs.set(run.id, run);
    if (listed.at(-1)?.created_at === oldest) break;
  }
  return [...runs.values()];
}

/** Nearly a thousand: a few may be deleted while the pages are read. */
const CUT = 950;

/** In whole seconds, as GitHub has them. */
function composeTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

async function listCreated(
  reader: ConditionalReader,
  github: GitHub,
  name: RepositoryName,
  created: string,
): Promise<readonly WorkflowRun[]> {
  const runs: WorkflowRun[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { value, link } = await reader.read(github, {
      route: 'GET /repos/{owner}/{repo}/actions/runs',
      parameters: { ...name, event: 'repository_dispatch', created, per_page: PER_PAGE, page },
      parse: (text) => pageSchema.parse(JSON.parse(text)).workflow_runs,
    });
    runs.push(...value);
    if (link?.includes('rel="next"') !== true) break;
  }
  return runs;
}

/** Undefined: GitHub has no such run any more. @throws what else GitHub refuses, as Octokit tells it */
export async function readRun(
  reader: ConditionalReader,
  github: GitHub,
  name: RepositoryName,
  id: number,
): Promise<WorkflowRun | undefined> {
  try {
    const { value } = await reader.read(github, {
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      parameters: { ...name, run_id: id },
      parse: (text) => runSchema.parse(JSON.parse(text)),
    });
    return value;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}
