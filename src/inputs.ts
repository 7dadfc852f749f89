// Action inputs + the event that started the run → Inputs. The only reader of both, and of the runner's
// environment; a mistake is an error that names the input, what was given and what is allowed.
import { readFileSync } from 'node:fs';
import { getBooleanInput, getInput, setSecret } from '@actions/core';
import { z } from 'zod';
import { parseCommand, type Command, type ParsedCommand } from './parse-command.ts';
import { parseClientPayload } from '../contract/client-payload.ts';

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

export interface Comment {
  readonly id: number;
  readonly kind: 'conversation' | 'thread';
  readonly login: string;
  readonly command: ParsedCommand;
  /** The comment with which the thread begins. */
  readonly inReplyTo: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every secret of this process, which nothing that is posted or told may hold. */
export function listSecrets({ anthropicApiKey, githubToken, otherSecrets }: Inputs): readonly string[] {
  return [anthropicApiKey, githubToken, ...otherSecrets];
}

export function readInputs(environment: Environment): Inputs {
  const trigger = readTrigger(environment);
  const [owner, repo] = z
    .templateLiteral([z.string().min(1), '/', z.string().min(1)])
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
    pullRequest: trigger.pullRequest,
    announcedHeadSha: trigger.headSha,
    apiUrl: required(environment, 'GITHUB_API_URL'),
    serverUrl,
    run: `${runId}.${required(environment, 'GITHUB_RUN_ATTEMPT')}`,
    runUrl: `${serverUrl}/${owner}/${repo}/actions/runs/${runId}`,
    tempFolder: required(environment, 'RUNNER_TEMP'),
  };
}

interface Trigger {
  readonly pullRequest: number;
  readonly headSha: string | undefined;
  readonly fromFork: boolean;
  readonly comment?: Comment;
}

function isCommand({ comment }: Trigger, command: Command): boolean {
  return comment?.command.kind === 'command' && comment.command.command === command;
}

const pullRequestNumber = z
  .union([z.string().regex(/^[1-9]\d*$/), z.int().positive()])
  .transform(Number)
  .pipe(z.int());

const pullRequestEvent = z.object({
  pull_request: z.object({
    number: z.int().positive(),
    head: z.object({ sha: z.string(), repo: z.object({ id: z.int() }).nullable() }),
    base: z.object({ repo: z.object({ id: z.int() }) }),
  }),
});

function readTrigger(environment: Environment): Trigger {
  const eventName = required(environment, 'GITHUB_EVENT_NAME');
  const event: unknown = JSON.parse(readFileSync(required(environment, 'GITHUB_EVENT_PATH'), 'utf8'));
  const given = getInput('pull-request');
  if (eventName === 'issue_comment' || eventName === 'pull_request_review_comment') return readComment(event);
  if (eventName === 'repository_dispatch') {
    const announced = readDispatch(event);
    return given === '' ? announced : numbered(given);
  }
  if (given !== '') return numbered(given);
  if (eventName === 'workflow_dispatch') return readManualRun(event);
  if (eventName === 'pull_request' || eventName === 'pull_request_target') return readPullRequestEvent(event);
  throw new Error(
    `Nectr cannot tell which pull request to review on the event \`${eventName}\`: run it on repository_dispatch, ` +
      'workflow_dispatch or pull_request, or set the input `pull-request` to a number.',
  );
}

const commentEvent = z.object({
  comment: z.object({
    id: z.int(),
    body: z.string(),
    user: z.object({ login: z.string() }),
    in_reply_to_id: z.int().optional(),
  }),
  issue: z.object({ number: z.int().positive(), pull_request: z.unknown().optional() }).optional(),
  pull_request: z.object({ number: z.int().positive() }).optional(),
});

function readComment(event: unknown): Trigger {
  const { comment, issue, pull_request: pull } = commentEvent.parse(event);
  const number = pull?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
  if (number === undefined) {
    throw new Error(
      'The comment is on an issue: let the workflow run for comments on pull requests only, as in the README.',
    );
  }
  const { id, body, user, in_reply_to_id: inReplyTo } = comment;
  const kind = pull ? 'thread' : 'conversation';
  const said: Comment = { id, kind, login: user.login, command: parseCommand(body), inReplyTo };
  return { pullRequest: number, headSha: undefined, fromFork: false, comment: said };
}

function readDispatch(event: unknown): Trigger {
  const { client_payload, repository } = z
    .object({ client_payload: z.unknown(), repository: z.object({ id: z.int() }) })
    .parse(event);
  const parsed = parseClientPayload(client_payload);
  if (parsed.kind === 'refused') throw new Error(`The dispatch was refused: ${parsed.reason}.`);
  if (parsed.payload.repository_id !== repository.id) {
    throw new Error(
      `The dispatch was refused: it is about the repository with id ${parsed.payload.repository_id}, and this one ` +
        `has id ${repository.id}. Connect this repository with the forwarder again.`,
    );
  }
  return { pullRequest: parsed.payload.pull_request, headSha: parsed.payload.head_sha, fromFork: false };
}

function readManualRun(event: unknown): Trigger {
  const { inputs } = z.object({ inputs: z.record(z.string(), z.unknown()).nullish() }).parse(event);
  const value = inputs?.['pull_request'];
  if (value === undefined || value === '') {
    throw new Error(
      'A run by hand needs the number of a pull request: give the workflow an input `pull_request`, as in the ' +
        'README, or set the input `pull-request` of the step.',
    );
  }
  return numbered(value);
}

function readPullRequestEvent(event: unknown): Trigger {
  const { pull_request: pull } = pullRequestEvent.parse(event);
  return {
    pullRequest: pull.number,
    headSha: pull.head.sha,
    fromFork: pull.head.repo?.id !== pull.base.repo.id,
  };
}

function numbered(value: unknown): Trigger {
  const parsed = pullRequestNumber.safeParse(value);
  if (!parsed.success) {
    throw new Error(
      `The number of the pull request must be a whole number above 0, such as 42; given was ${JSON.stringify(value)}.`,
    );
  }
  return { pullRequest: parsed.data, headSha: undefined, fromFork: false };
}

function readApiKey(trigger: Trigger): string {
  const hint = trigger.fromFork
    ? 'GitHub gives no secrets to a pull_request run of a fork. Connect the repository with the forwarder, so that ' +
      'reviews run on repository_dispatch, or start the workflow by hand'
    : 'add the secret ANTHROPIC_API_KEY to the repository (Settings → Secrets and variables → Actions) and pass it ' +
      'as `anthropic-api-key: ${{ secrets.ANTHROPIC_API_KEY }}`';
  return readSecret('anthropic-api-key', hint);
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
