// One job of a run: a token with the job's permissions, the steps in order, and a conclusion. A step that is no
// known action fails the job with the reason: skipping it would make a green that GitHub would not show.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenPermissions } from '../github/local-github.ts';
import {
  asText,
  evaluateExpression,
  evaluateText,
  evaluateToken,
  isTruthy,
  type Contexts,
} from './evaluate.ts';
import type { LocalRunnerOptions, Run } from './local-runner.ts';
import type { Trigger } from './match-trigger.ts';
import { readMapping, readSequence, readText, type ParsedWorkflow } from './parse-workflow.ts';
import { readAction } from './read-action.ts';
import { runAction, type ActionResult } from './run-action.ts';

export interface JobContext extends LocalRunnerOptions {
  readonly folder: string;
  readonly workflow: ParsedWorkflow;
  readonly trigger: Trigger;
  readonly contexts: Contexts;
  readonly run: Run;
  readonly signal: AbortSignal;
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** What is run as GitHub runs it. Anything else is an error, since leaving it out would change what happens. */
const WORKFLOW_KEYS = new Set(['name', 'run-name', 'on', 'permissions', 'concurrency', 'jobs']);
const JOB_KEYS = new Set(['name', 'if', 'permissions', 'runs-on', 'timeout-minutes', 'steps']);
const STEP_KEYS = new Set(['id', 'name', 'if', 'uses', 'with', 'env']);

function checkKeys(what: string, keys: Iterable<string>, known: ReadonlySet<string>): void {
  const unknown = [...keys].filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`the local runner does not know ${unknown.join(', ')} of ${what}`);
}

export async function runJob(context: JobContext): Promise<'success' | 'failure' | 'cancelled' | 'skipped'> {
  const jobs = [...readMapping(context.workflow.root.get('jobs'))];
  const [id, body] = jobs[0] ?? [];
  if (id === undefined || !body || jobs.length > 1)
    throw new Error('the local runner runs workflows of exactly one job');
  const job = readMapping(body);
  checkKeys(`the workflow ${context.workflow.path}`, context.workflow.root.keys(), WORKFLOW_KEYS);
  checkKeys(`the job ${id}`, job.keys(), JOB_KEYS);
  const jobCondition = readText(job.get('if')) ?? 'success()';
  if (!isTruthy(evaluateExpression(jobCondition, context.contexts))) return 'skipped';
  const token = createJobToken(context, job.get('permissions') ?? context.workflow.root.get('permissions'));
  const contexts: Contexts = {
    ...context.contexts,
    github: { ...(context.contexts['github'] as object), token, job: id, run_id: String(context.run.id) },
    secrets: context.trigger.fromFork && context.trigger.event === 'pull_request' ? {} : context.secrets,
  };
  try {
    let succeeded = true;
    for (const [at, token] of readSequence(job.get('steps')).entries()) {
      checkKeys(`a step of the job ${id}`, readMapping(token).keys(), STEP_KEYS);
      const condition = readText(readMapping(token).get('if')) ?? 'success()';
      if (!isTruthy(evaluateExpression(condition, contexts, succeeded))) continue;
      const step = evaluateToken(token, contexts) as Step;
      const result = await runStep(context, contexts, step, `${context.run.id}-${at}`);
      context.run.steps.push(result);
      succeeded &&= result.exitCode === 0;
      if (result.cancelled) return 'cancelled';
    }
    return succeeded ? 'success' : 'failure';
  } finally {
    context.github.revokeToken(token);
  }
}

/** Scopes that are left out of `permissions` are `none`; without `permissions`, contents can be read. */
function createJobToken(
  { github, trigger, contexts }: JobContext,
  permissions: Parameters<typeof evaluateToken>[0],
): string {
  const value = evaluateToken(permissions, contexts) ?? { contents: 'read' };
  if (typeof value === 'string') throw new Error(`the local runner does not know the permissions ${value}`);
  const given = value as Readonly<Record<string, string>>;
  const readOnly = trigger.event === 'pull_request' && trigger.fromFork;
  const allowed = Object.entries(given).filter(([, level]) => level !== 'none');
  const entries = allowed.map(([scope, level]) => [scope.replaceAll('-', '_'), readOnly ? 'read' : level]);
  const granted = Object.fromEntries([['metadata', 'read'], ...entries]) as TokenPermissions;
  return github.createToken('github-actions[bot]', granted, { repositories: [trigger.repository.fullName] });
}

async function runStep(
  context: JobContext,
  contexts: Contexts,
  step: Step,
  name: string,
): Promise<ActionResult> {
  const actionFolder = step.uses === undefined ? undefined : context.actions[step.uses];
  if (actionFolder === undefined) {
    const what = step.uses === undefined ? 'a step without `uses`' : `the action ${step.uses}`;
    return failStep(`The local runner does not know ${what}`);
  }
  const action = await readAction(actionFolder);
  const unknown = Object.keys(step.with ?? {}).filter((input) => !(input in action.inputs));
  if (unknown.length > 0) {
    const valid = Object.keys(action.inputs).join(', ');
    return failStep(`Unexpected input(s) ${unknown.join(', ')}; valid are ${valid}`);
  }
  const defaults = Object.entries(action.inputs).map(([input, { default: value = '' }]) => [
    input,
    evaluateText(value, contexts),
  ]);
  const given = Object.entries(step.with ?? {}).map(([input, value]) => [input, asText(value)]);
  const folder = join(context.folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'event.json'), JSON.stringify(context.trigger.payload));
  const { token } = contexts['github'] as { token: string };
  return runAction({
    main: action.mainFile,
    inputs: Object.fromEntries([...defaults, ...given]) as Record<string, string>,
    environment: {
      ...composeEnvironment(context, contexts, folder),
      ...context.environment,
      ...asEnvironment(step.env),
    },
    folder,
    secrets: [token, ...Object.values(context.secrets)],
    signal: context.signal,
    onProcess: context.onProcess,
  });
}

function failStep(message: string): ActionResult {
  const log = `::error::${message}`;
  return { exitCode: 1, tookMs: 0, cancelled: false, outputs: {}, summary: '', log, unmasked: log };
}

function asEnvironment(env: Step['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, asText(value)]));
}

/** docs.github.com/actions/reference/variables-reference: what every step sees. */
function composeEnvironment(
  { github, trigger, run, workflow }: JobContext,
  contexts: Contexts,
  folder: string,
): Record<string, string> {
  const { job } = contexts['github'] as { job: string };
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: trigger.actor,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_EVENT_NAME: trigger.event,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_GRAPHQL_URL: `${github.url}/api/graphql`,
    GITHUB_JOB: job,
    GITHUB_REF: trigger.ref,
    GITHUB_REPOSITORY: trigger.repository.fullName,
    GITHUB_REPOSITORY_ID: String(trigger.repository.id),
    GITHUB_REPOSITORY_OWNER: trigger.repository.fullName.split('/')[0] ?? '',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.id),
    GITHUB_SERVER_URL: github.url,
    GITHUB_SHA: trigger.sha,
    GITHUB_WORKFLOW: workflow.name,
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    // The bundle is compiled once and not for each of its runs, as on a runner that stays.
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'local',
    RUNNER_OS: process.platform === 'darwin' ? 'macOS' : 'Linux',
  };
}
