// What happened + a workflow's `on:` → whether it runs, as GitHub decides it.
import type { WorkflowTrigger } from '../github/local-github.ts';
import type { ParsedWorkflow } from './parse-workflow.ts';

export interface Trigger {
  readonly event: WorkflowTrigger['event'];
  /** `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly repository: { readonly id: number; readonly fullName: string; readonly defaultBranch: string };
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  /** A `pull_request` run of a fork gets no secrets and a token that only reads. */
  readonly fromFork: boolean;
}

/** Without `types`, a pull_request workflow runs on these (docs.github.com, "Events that trigger workflows"). */
const DEFAULT_PULL_REQUEST_TYPES = ['opened', 'synchronize', 'reopened'];

export function matchesTrigger(workflow: ParsedWorkflow, trigger: Trigger): boolean {
  if (!(trigger.event in workflow.events)) return false;
  const config = workflow.events[trigger.event] as { types?: readonly string[] } | undefined;
  const filters = Object.keys(config ?? {}).filter((key) => key !== 'types' && key !== 'inputs');
  if (filters.length > 0) throw new Error(`the local runner does not know the filter ${filters.join(', ')}`);
  const action = trigger.payload['action'];
  const fallback = trigger.event === 'pull_request' ? DEFAULT_PULL_REQUEST_TYPES : undefined;
  const types = config?.types ?? fallback;
  return types === undefined || (typeof action === 'string' && types.includes(action));
}
