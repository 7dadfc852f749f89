// Workflow runs, newest first, with the filters that a follower uses.
import { presentWorkflowRun } from '../present/check-run.ts';
import type { WorkflowRun } from '../world.ts';
import { BrokenRule, notFound, type Handler } from './call.ts';
import { paginate } from './paginate.ts';

/** docs.github.com/rest/actions/workflow-runs: with one of these there are at most 1,000 results. */
const FILTERS = new Set(['actor', 'branch', 'check_suite_id', 'created', 'event', 'head_sha', 'status']);
const MAX_FILTERED = 1000;

export const listWorkflowRuns: Handler = (call) => {
  const { world, repository, query } = call;
  for (const name of ['check_suite_id', 'exclude_pull_requests']) {
    if (query.has(name)) throw new BrokenRule(501, `The local GitHub does not serve the filter ${name}`);
  }
  const found = repository.workflowRuns.filter((run) => matches(run, query)).toReversed();
  const shown = [...query.keys()].some((name) => FILTERS.has(name)) ? found.slice(0, MAX_FILTERED) : found;
  return paginate(call, shown, (page) => ({
    total_count: found.length,
    workflow_runs: page.map((run) => presentWorkflowRun(world, repository, run)),
  }));
};

function matches(run: WorkflowRun, query: URLSearchParams): boolean {
  const fits = (name: string, ...values: (string | null)[]): boolean => {
    const wanted = query.get(name);
    return wanted === null || values.includes(wanted);
  };
  return (
    fits('event', run.event) &&
    fits('actor', run.actor) &&
    fits('branch', run.headBranch) &&
    fits('head_sha', run.headSha) &&
    fits('status', run.status, run.conclusion) &&
    isWithin(run.createdAt, query.get('created'))
  );
}

/** `>=…`, `>…`, `<=…`, `<…`, `a..b` or one day, as docs.github.com's search syntax for dates has it. */
function isWithin(createdAt: string, range: string | null): boolean {
  if (range === null) return true;
  const at = Date.parse(createdAt);
  const [from, to] = range.split('..', 2);
  if (to !== undefined) return at >= readDate(from ?? '') && at <= readDate(to);
  const [, operator = '', date = ''] = /^(>=|<=|>|<)?(.+)$/.exec(range) ?? [];
  const bound = readDate(date);
  switch (operator) {
    case '>=':
      return at >= bound;
    case '>':
      return at > bound;
    case '<=':
      return at <= bound;
    case '<':
      return at < bound;
    default:
      return createdAt.startsWith(date);
  }
}

function readDate(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new BrokenRule(422, `Invalid request.\n\n"${text}" is not a date.`);
  return time;
}

export const getWorkflowRun: Handler = ({ world, repository, params }) => {
  const run = repository.workflowRuns.find(({ id }) => id === Number(params['run_id']));
  if (!run) throw notFound();
  return { status: 200, body: presentWorkflowRun(world, repository, run) };
};
