// A repository on the local GitHub with the workflow in it, a local Claude that answers by script, and a runner that
// runs the bundle: what every test of the whole Action stands on.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptedMessage } from '../../simulator/claude/answer.ts';
import { startLocalClaude, type LocalClaude, type Script } from '../../simulator/claude/local-claude.ts';
import { scriptedReviewer } from '../../simulator/claude/scripted-reviewer.ts';
import { asksForSynthesis, asksForVerdicts } from '../../simulator/claude/scripted-sceptic.ts';
import {
  startLocalGitHub,
  type CommitInput,
  type LocalGitHub,
  type PullRequest,
} from '../../simulator/github/local-github.ts';
import { waitFor } from '../forwarder/wait-for.ts';
import { startLocalRunner, type LocalRunner, type Run } from '../../simulator/runner/local-runner.ts';

export const REPOSITORY = 'octo/shop';
export const API_KEY = 'sk-ant-of-the-test';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKFLOW = readFileSync(`${ROOT}docs/samples/nectr.yml`, 'utf8');

type Files = CommitInput['files'];

export interface StageOptions {
  /** Files of the main branch, beside the workflow. */
  readonly base: Files;
  /** What the pull request changes in them. */
  readonly change: Files;
  readonly modes?: CommitInput['modes'];
  /** What the reviewers answer. */
  readonly script: Script;
  /** What the sceptic and the synthesis answer; that everything stands unless told. */
  readonly sceptic?: Script;
  /** Of the pull request. */
  readonly title?: string;
  readonly body?: string;
  /** Its branch; `change` unless told. */
  readonly branch?: string;
  readonly workflow?: string;
  /** Further inputs of the step. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly draft?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Further variables of the runner. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Also from a fork by default, as most pull requests of strangers are. */
  readonly fromFork?: boolean;
  /** Told the process of each run of the bundle. */
  readonly onProcess?: (pid: number) => void;
  /** How long a run may take; 25 s unless told. */
  readonly deadlineMs?: number;
}

export interface Stage extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly claude: LocalClaude;
  readonly runner: LocalRunner;
  readonly pull: PullRequest;
  /** As the forwarder does; `change` replaces parts of the payload. */
  dispatch(change?: Readonly<Record<string, unknown>>): Promise<Run>;
  runByHand(pullRequest: string, inputs?: Readonly<Record<string, string>>): Promise<Run>;
}

export function findings(...list: readonly Readonly<Record<string, unknown>>[]): ScriptedMessage {
  return { kind: 'message', content: [{ type: 'tool_use', name: 'submit_findings', input: { findings: list } }] };
}

/** A finding about a quote; everything else is the same each time. */
export function finding(path: string, line: number, quote: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    path,
    side: 'RIGHT',
    line,
    quote,
    severity: 'major',
    category: 'correctness',
    title: `About ${quote.trim().slice(0, 40)}`,
    explanation: 'It is wrong. Do it otherwise.',
    scenario: 'An empty list leads to a crash.',
    ...more,
  };
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { base, change, modes, secrets, fromFork = true, branch = 'change' } = options;
  const github = await startLocalGitHub();
  for (const login of ['mona', 'mallory', 'operator']) github.createUser(login);
  github.createUser('octo', { type: 'Organization' });
  const workflow = options.workflow ?? composeWorkflow(options.inputs ?? {});
  const files = { ...base, '.github/workflows/nectr.yml': workflow };
  const { id } = await github.createRepository('octo', 'shop', { files });
  const claude = await startLocalClaude({ apiKey: API_KEY, script: composeScript(options) });
  const runner = await startLocalRunner({
    github,
    actions: { 'OWNER/nectr@v1': ROOT },
    secrets: secrets ?? { ANTHROPIC_API_KEY: API_KEY },
    environment: { ANTHROPIC_BASE_URL: claude.url, ...options.environment },
    onProcess: options.onProcess,
  });
  if (fromFork) await github.fork(REPOSITORY, 'mona');
  const from = fromFork ? 'mona/shop' : REPOSITORY;
  await github.commit(from, branch, {
    message: 'Change',
    author: 'mona',
    files: change,
    ...(modes ? { modes } : {}),
  });
  const head = fromFork ? `mona:${branch}` : branch;
  const { title = 'Change', body = null, draft = false } = options;
  const opened = { repository: REPOSITORY, head, base: 'main', title, body, draft, author: 'mona' };
  const pull = await github.openPullRequest(opened);
  const send = async (path: string, body: unknown): Promise<Run> => {
    const token = github.createToken('operator', { contents: 'write', actions: 'write' });
    const before = runner.runs.length;
    const answer = await fetch(`${github.apiUrl}/repos/${REPOSITORY}/${path}`, {
      method: 'POST',
      // A socket that is kept might be closed from the other side at this very moment: runs take longer than it is kept.
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'test', connection: 'close' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 204) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    // Not until the runner is idle: a test may start a run from within another.
    return waitFor(`the end of the run that ${path} starts (${runner.violations.join('; ')})`, () => {
      const run = runner.runs[before];
      return run?.status === 'completed' && run;
    }, options.deadlineMs ?? 25_000);
  };
  return {
    github,
    claude,
    runner,
    pull,
    dispatch: (change = {}) =>
      send('dispatches', { event_type: 'nectr-review', client_payload: { ...composePayload(id, pull), ...change } }),
    runByHand: (pullRequest, inputs = {}) =>
      send('actions/workflows/nectr.yml/dispatches', { ref: 'main', inputs: { pull_request: pullRequest, ...inputs } }),
    [Symbol.asyncDispose]: async () => {
      await runner.close();
      await claude.close();
      await github.close();
    },
  };
}

function composeWorkflow(inputs: Readonly<Record<string, string>>): string {
  const lines = Object.entries(inputs).map(([name, value]) => `          ${name}: ${JSON.stringify(value)}\n`);
  return `${WORKFLOW.trimEnd()}\n${lines.join('')}`;
}

/** The reviewers' script counts its own requests only. */
function composeScript({ script, sceptic = scriptedReviewer }: StageOptions): Script {
  let asked = 0;
  return (request, index, cameAt) =>
    asksForVerdicts(request) || asksForSynthesis(request)
      ? sceptic(request, index, cameAt)
      : script(request, asked++, cameAt);
}

function composePayload(repositoryId: number, pull: PullRequest) {
  return {
    version: 1,
    event_id: 7,
    delivery_id: 'b7a1f6c0-0000-4000-8000-000000000001',
    repository_id: repositoryId,
    pull_request: pull.number,
    head_sha: pull.head.sha,
    base_sha: pull.base.sha,
    action: 'opened',
    sent_at: '2026-11-01T12:00:00.000Z',
  };
}

export function outputsOf(run: Run): Readonly<Record<string, string>> {
  return run.steps.at(-1)?.outputs ?? {};
}

export function logOf(run: Run): string {
  return run.steps.map(({ log }) => log).join('\n');
}

/** One changed line, and one finding on it. */
export const BASE = { 'src/cart.js': 'export function total(items) {\n  return items.length;\n}\n' };
export const CHANGE = { 'src/cart.js': 'export function total(items) {\n  return items[0].price;\n}\n' };
export const QUOTE = '  return items[0].price;';

export const simple: StageOptions = {
  base: BASE,
  change: CHANGE,
  script: () => findings(finding('src/cart.js', 2, QUOTE)),
};
