// A local GitHub Actions: listens for triggers, reads the workflows of the branch that GitHub would read, and runs
// their jobs. It knows `uses:` of actions it was given, and refuses any step it cannot run as GitHub would.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalGitHub } from '../github/local-github.ts';
import { ConcurrencyGroups } from './concurrency.ts';
import { asText, evaluateToken, type Contexts } from './evaluate.ts';
import { matchesTrigger, type Trigger } from './match-trigger.ts';
import { parseWorkflow, type ParsedWorkflow } from './parse-workflow.ts';
import { runJob, type JobContext } from './run-job.ts';
import type { ActionResult } from './run-action.ts';

export interface LocalRunnerOptions {
  readonly github: LocalGitHub;
  /** `uses:` → folder with an action.yml, such as `OWNER/nectr@v1`. */
  readonly actions: Readonly<Record<string, string>>;
  /** Names of the workflow files that are run; all of them unless told. */
  readonly workflows?: readonly string[];
  /** Secrets of the repository, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Added to the environment of every step, as `env:` of an organization would be. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told the process of each step when it starts. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

export interface Run {
  readonly id: number;
  readonly workflow: string;
  readonly title: string;
  readonly event: Trigger['event'];
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped' | undefined;
  /** Results of the steps that ran. */
  readonly steps: ActionResult[];
  startedAt: number | undefined;
  completedAt: number | undefined;
}

export interface LocalRunner {
  readonly runs: readonly Run[];
  /** Settles when no run waits or goes. */
  idle(): Promise<void>;
  /** Triggers that could not be run as GitHub would run them, and why. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

export async function startLocalRunner(options: LocalRunnerOptions): Promise<LocalRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-runner-'));
  const runs: Run[] = [];
  const violations: string[] = [];
  const open = new Set<Promise<void>>();
  const groups = new ConcurrencyGroups();
  const cancelAll = new AbortController();
  const stop = options.github.onWorkflowTrigger((trigger) => {
    const work = startRuns(
      { ...options, folder, runs, violations, groups, open, closing: cancelAll.signal },
      trigger,
    ).catch((error: unknown) => {
      violations.push(error instanceof Error ? error.message : String(error));
    });
    track(open, work);
  });
  const idle = async (): Promise<void> => {
    while (open.size > 0) await Promise.all(open);
  };
  return {
    runs,
    violations,
    idle,
    close: async () => {
      stop();
      cancelAll.abort();
      await idle();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface RunnerState extends LocalRunnerOptions {
  readonly folder: string;
  readonly runs: Run[];
  readonly violations: string[];
  readonly groups: ConcurrencyGroups;
  readonly open: Set<Promise<void>>;
  readonly closing: AbortSignal;
}

async function startRuns(state: RunnerState, trigger: Trigger): Promise<void> {
  const { fullName, defaultBranch } = trigger.repository;
  const folder = '.github/workflows';
  // Dispatches read the workflow of the default branch; pull_request reads the one of the head.
  const ref = trigger.event === 'pull_request' ? trigger.sha : defaultBranch;
  for (const name of await state.github.listFiles(fullName, ref, folder)) {
    if (state.workflows?.includes(name) === false) continue;
    const path = `${folder}/${name}`;
    const workflow = await parseWorkflow(path, (await state.github.readFile(fullName, ref, path)) ?? '');
    if (matchesTrigger(workflow, trigger)) enqueueRun(state, workflow, trigger);
  }
}

function enqueueRun(state: RunnerState, workflow: ParsedWorkflow, trigger: Trigger): void {
  const contexts = composeContexts(state, workflow, trigger);
  const title = asText(evaluateToken(workflow.root.get('run-name'), contexts)) || workflow.name;
  const { id } = state.github.workflowRuns.create({
    fullName: trigger.repository.fullName,
    name: workflow.name,
    path: workflow.path,
    displayTitle: title,
    event: trigger.event,
    headSha: trigger.sha,
    headBranch: trigger.ref.replace('refs/heads/', ''),
    actor: trigger.actor,
  });
  const run: Run = {
    id,
    workflow: workflow.path,
    title,
    event: trigger.event,
    status: 'queued',
    conclusion: undefined,
    steps: [],
    startedAt: undefined,
    completedAt: undefined,
  };
  state.runs.push(run);
  const cancelled = new AbortController();
  const context: JobContext = {
    ...state,
    workflow,
    trigger,
    contexts,
    run,
    signal: AbortSignal.any([cancelled.signal, state.closing]),
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  track(state.open, promise);
  const start = async (): Promise<void> => {
    try {
      await carryOut(context);
    } catch (error) {
      state.violations.push(error instanceof Error ? error.message : String(error));
      finish(context, 'failure');
    } finally {
      resolve();
    }
  };
  const cancel = (): void => {
    cancelled.abort();
    if (run.status === 'queued') void start();
  };
  const concurrency = evaluateToken(workflow.root.get('concurrency'), contexts) as ConcurrencyValue;
  const { group, 'cancel-in-progress': cancelInProgress = false } =
    typeof concurrency === 'string' ? { group: concurrency } : (concurrency ?? { group: `run-${id}` });
  state.groups.enter(group, cancelInProgress, { start, cancel });
}

type ConcurrencyValue = string | { group: string; 'cancel-in-progress'?: boolean } | undefined;

async function carryOut(context: JobContext): Promise<void> {
  const { run, github } = context;
  if (run.status !== 'queued') return;
  run.status = 'in_progress';
  run.startedAt = Date.now();
  github.workflowRuns.update(run.id, { status: 'in_progress' });
  const conclusion = context.signal.aborted ? 'cancelled' : await runJob(context);
  finish(context, conclusion);
}

function finish({ run, github }: JobContext, conclusion: NonNullable<Run['conclusion']>): void {
  run.status = 'completed';
  run.conclusion = conclusion;
  run.completedAt = Date.now();
  github.workflowRuns.update(run.id, { status: 'completed', conclusion });
}

function composeContexts(state: RunnerState, workflow: ParsedWorkflow, trigger: Trigger): Contexts {
  const { fullName, id } = trigger.repository;
  const given = trigger.payload['inputs'];
  return {
    github: {
      event: trigger.payload,
      event_name: trigger.event,
      repository: fullName,
      repository_id: String(id),
      repository_owner: fullName.split('/')[0],
      ref: trigger.ref,
      sha: trigger.sha,
      actor: trigger.actor,
      workflow: workflow.name,
      server_url: state.github.url,
      api_url: state.github.apiUrl,
    },
    inputs: typeof given === 'object' ? given : {},
    vars: {},
  };
}

function track(open: Set<Promise<void>>, work: Promise<void>): void {
  open.add(work);
  void work.finally(() => open.delete(work));
}
