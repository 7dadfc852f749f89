// What the Action sees, without its thinking: each repository_dispatch starts a run under the name of the workflow, one at
// a time for a pull request, a newer one cancels an older one, and it reviews the current head through the API unless its
// own review of that head is there (DESIGN.md, stages 1 to 3).
import type { ClientPayload } from '../../../contract/client-payload.ts';
import type { LocalGitHub, WorkflowTrigger } from '../../../simulator/github/local-github.ts';
import { composeMarker, readMarker } from '../../../src/report/marker.ts';

export interface ActionView {
  /** Payloads of the dispatches that GitHub took, in order. */
  readonly dispatches: readonly ClientPayload[];
  /** Settles when no run waits or goes. */
  idle(): Promise<void>;
  close(): void;
}

/** The job's account, whose reviews count. */
const ACCOUNT = 'github-actions[bot]';

/** `reviews`: false where the Action itself runs, so that only what comes is seen. */
export function openActionView(github: LocalGitHub, reviews: boolean): ActionView {
  const token = github.createToken(
    ACCOUNT,
    { pull_requests: 'write', contents: 'read', metadata: 'read' },
    { limit: 1_000_000 },
  );
  const dispatches: ClientPayload[] = [];
  const groups = new Map<string, { running: Promise<void>; cancel: () => void }>();
  const stop = github.onWorkflowTrigger((trigger) => {
    if (trigger.event !== 'repository_dispatch') return;
    const payload = trigger.payload['client_payload'] as ClientPayload;
    dispatches.push(payload);
    if (!reviews) return;
    const group = `${trigger.repository.id}/${payload.pull_request}`;
    const before = groups.get(group);
    before?.cancel();
    const cancelled = new AbortController();
    const job: Job = { github, token, trigger, payload, signal: cancelled.signal };
    const running = runAfter(before?.running, job);
    groups.set(group, { running, cancel: () => cancelled.abort() });
  });
  return {
    dispatches,
    idle: async () => {
      await Promise.all([...groups.values()].map(({ running }) => running));
    },
    close: () => {
      stop();
    },
  };
}

interface Job {
  readonly github: LocalGitHub;
  readonly token: string;
  readonly trigger: WorkflowTrigger;
  readonly payload: ClientPayload;
  readonly signal: AbortSignal;
}

async function runAfter(before: Promise<void> | undefined, job: Job): Promise<void> {
  const { github, trigger, payload, signal } = job;
  const run = github.workflowRuns.create({
    fullName: trigger.repository.fullName,
    name: 'Nectr',
    path: '.github/workflows/nectr.yml',
    displayTitle: `Nectr review of #${payload.pull_request} (${payload.delivery_id})`,
    event: trigger.event,
    headSha: trigger.sha,
    headBranch: trigger.repository.defaultBranch,
    actor: trigger.actor,
  });
  await before;
  if (!signal.aborted) github.workflowRuns.update(run.id, { status: 'in_progress' });
  const conclusion = await review(job, run.id);
  github.workflowRuns.update(run.id, { status: 'completed', conclusion });
}

type Conclusion = 'success' | 'cancelled';

async function review(job: Job, run: number): Promise<Conclusion> {
  const path = `pulls/${job.payload.pull_request}`;
  if (job.signal.aborted) return 'cancelled';
  const pull = (await call(job, 'GET', path)) as { state: string; head: { sha: string } };
  if (pull.state === 'closed') return 'success';
  const headSha = pull.head.sha;
  if (await hasReview(job, headSha)) return 'success';
  if (job.signal.aborted) return 'cancelled';
  await call(job, 'POST', `${path}/reviews`, {
    commit_id: headSha,
    event: 'COMMENT',
    body: `Nothing to say.\n\n${composeMarker({ headSha, run: `${run}.1`, state: 'complete' })}`,
  });
  return 'success';
}

/** One page holds all: no proof gives a pull request a hundred heads. */
async function hasReview(job: Job, headSha: string): Promise<boolean> {
  const reviews = await call(job, 'GET', `pulls/${job.payload.pull_request}/reviews?per_page=100`);
  return (reviews as { user: { login: string }; body: string }[]).some(
    ({ user, body }) => user.login === ACCOUNT && readMarker(body)?.headSha === headSha,
  );
}

async function call(job: Job, method: string, path: string, body?: unknown): Promise<unknown> {
  const { github, token, trigger } = job;
  const answer = await fetch(`${github.apiUrl}/repos/${trigger.repository.fullName}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'nectr-action' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Reviews of that head with the marker, by the job's account. */
export function countReviews(github: LocalGitHub, fullName: string, number: number, headSha: string): number {
  return github
    .reviews(fullName, number)
    .filter(({ author, body }) => author === ACCOUNT && readMarker(body)?.headSha === headSha).length;
}
