// Action inputs + the event that started the run → Inputs. The only reader of both, and of the runner's
// environment; a mistake is an error that names the input, what was given and what is allowed.
import { readFileSync } from 'node:fs';
import { getBooleanInput, getInput, setSecret } from '@actions/core';
import * as z from 'zod/mini';
import { isCommand, parseTrigger, type Comment, type Trigger } from './parse-trigger.ts';

export interface Inputs {
  readonly anthropicApiKey: string;
  /** Undefined: the API's own address. */
  readonly anthropicBaseUrl: string | undefined;
  readonly githubToken: string;
  readonly model: string;
  readonly reviewMode: 'standard' | 'parallel';
  readonly effort: 'low' | 'medium' | 'high';
  readonly maxCostUsd: number;
  /** From which severity on the check run and the step fail. */
  readonly failOn: FailOn;
  /** Post nothing: print the review. */
  readonly dryRun: boolean;
  readonly force: boolean;
  /** `full`: everything again, although earlier reviews have read it. */
  readonly scope: 'auto' | 'full';
  /** Somebody has asked for it: then they get an answer, also when nothing is new. */
  readonly isCommanded: boolean;
  /** The comment that started the run. */
  readonly comment: Comment | undefined;
  /** Further secrets of this process, which nothing that is posted may hold. */
  readonly otherSecrets: readonly string[];
  readonly repository: { readonly owner: string; readonly repo: string };
  /** Stays when the repository is renamed. */
  readonly repositoryId: string;
  readonly pullRequest: number;
  /** Head commit named by the event that started the run; the branch may have moved since. */
  readonly announcedHeadSha: string | undefined;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** This run and its attempt, such as `123.1`. */
  readonly run: string;
  /** Page of this workflow run. */
  readonly runUrl: string;
  /** The runner's own temporary folder, emptied after the job. */
  readonly tempFolder: string;
}

export const FAIL_ON = ['none', 'critical', 'major', 'minor'] as const;
export type FailOn = (typeof FAIL_ON)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Every secret of this process, which nothing that is posted or told may hold. */
export function listSecrets({ anthropicApiKey, githubToken, otherSecrets }: Inputs): readonly string[] {
  return [anthropicApiKey, githubToken, ...otherSecrets];
}

export function readInputs(environment: Environment): Inputs {
  const trigger = readTrigger(environment);
  const [owner, repo] = z
    .templateLiteral([z.string().check(z.minLength(1)), '/', z.string().check(z.minLength(1))])
    .parse(required(environment, 'GITHUB_REPOSITORY'))
    .split('/') as [string, string];
  const serverUrl = required(environment, 'GITHUB_SERVER_URL');
  const runId = required(environment, 'GITHUB_RUN_ID');
  return {
    anthropicApiKey: readApiKey(trigger),
    anthropicBaseUrl: readUrl('anthropic-base-url'),
    githubToken: readSecret('github-token', 'leave it out to use the token of the job'),
    model: getInput('model', { required: true }),
    reviewMode: readChoice('review-mode', ['standard', 'parallel']),
    effort: readChoice('effort', ['low', 'medium', 'high']),
    maxCostUsd: readAmount('max-cost-usd'),
    failOn: readChoice('fail-on', FAIL_ON),
    dryRun: getBooleanInput('dry-run'),
    force: getBooleanInput('force'),
    scope: isCommand(trigger, 'review full') ? 'full' : 'auto',
    isCommanded: trigger.comment !== undefined,
    comment: trigger.comment,
    otherSecrets: readOtherSecrets(environment),
    repository: { owner, repo },
    repositoryId: required(environment, 'GITHUB_REPOSITORY_ID'),
    pullRequest: trigger.pullRequest,
    announcedHeadSha: trigger.headSha,
    apiUrl: required(environment, 'GITHUB_API_URL'),
    serverUrl,
    run: `${runId}.${required(environment, 'GITHUB_RUN_ATTEMPT')}`,
    runUrl: `${serverUrl}/${owner}/${repo}/actions/runs/${runId}`,
    tempFolder: required(environment, 'RUNNER_TEMP'),
  };
}

function readTrigger(environment: Environment): Trigger {
  const event: unknown = JSON.parse(readFileSync(required(environment, 'GITHUB_EVENT_PATH'), 'utf8'));
  return parseTrigger(required(environment, 'GITHUB_EVENT_NAME'), event, getInput('pull-request'));
}

function readApiKey(trigger: Trigger): string {
  const hint = trigger.fromFork
    ? `GitHub gives no secrets to such a run of a fork's pull request. ${composeForkAdvice(trigger)}`
    : 'add the secret ANTHROPIC_API_KEY to the repository (Settings → Secrets and variables → Actions) and pass it ' +
      'as `anthropic-api-key: ${{ secrets.ANTHROPIC_API_KEY }}`. Runs that Dependabot starts have its own secrets only ' +
      '(Settings → Secrets and variables → Dependabot)';
  return readSecret('anthropic-api-key', hint);
}

function composeForkAdvice({ comment }: Trigger): string {
  return comment
    ? 'Comment on the pull request itself instead of in a thread; to dismiss a finding, resolve its thread or give it a 👎'
    : 'Connect the repository with the forwarder, so that reviews run on repository_dispatch, or start the workflow by hand';
}

function readSecret(name: string, hint: string): string {
  const value = getInput(name);
  if (value === '') throw new Error(`The input \`${name}\` is empty: ${hint}.`);
  setSecret(value);
  return value;
}

function readChoice<T extends string>(name: string, allowed: readonly T[]): T {
  const value = getInput(name);
  const found = allowed.find((choice) => choice === value);
  if (found === undefined) {
    throw new Error(
      `The input \`${name}\` must be one of ${allowed.join(', ')}; given was ${JSON.stringify(value)}.`,
    );
  }
  return found;
}

function readAmount(name: string): number {
  const value = getInput(name);
  const amount = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || amount <= 0) {
    throw new Error(
      `The input \`${name}\` must be an amount of US dollars above 0, such as 2.50; given was ${JSON.stringify(value)}.`,
    );
  }
  return amount;
}

/** Whatever the environment calls a secret, beside what is asked for by name. */
function readOtherSecrets(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && /TOKEN|SECRET|PASSWORD|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i.test(name)
      ? [value]
      : [],
  );
}

function readUrl(name: string): string | undefined {
  const value = getInput(name);
  if (value === '') return undefined;
  const parsed = z.url({ protocol: /^https?$/ }).safeParse(value);
  if (!parsed.success) {
    throw new Error(
      `The input \`${name}\` must be an http or https address; given was ${JSON.stringify(value)}.`,
    );
  }
  return value;
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new Error(
      `The environment variable ${name} is missing: Nectr runs as a step of a GitHub Actions workflow.`,
    );
  }
  return value;
}
