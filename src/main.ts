// The Action's entry: reads the inputs, asks GitHub, loads the rest and has it review and report. The only catch-all: whatever
// fails ends as a message and a failed step.
import { error as logError, setFailed, setOutput, warning } from '@actions/core';
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { openGitHub } from './github/open-github.ts';
import { readPullRequest } from './github/read-pull-request.ts';
import { listSecrets, readInputs } from './inputs.ts';
import { loadBeside } from './load-beside.ts';
import { composeHideSecrets, type HideSecrets } from './report/hide-secrets.ts';

/** Takes some 30 ms of computing when it is the first. */
const REQUEST_IS_SENT_MS = 50;

async function run(signal: AbortSignal): Promise<void> {
  const inputs = readInputs(process.env);
  try {
    const octokit = openGitHub({ token: inputs.githubToken, apiUrl: inputs.apiUrl, log: warning });
    // Most of the bundle is loaded while GitHub answers (docs/adr/0024). Of a comment, the first question is another one.
    const { comment, repository, pullRequest } = inputs;
    const pull = comment ? undefined : readPullRequest(octokit, repository, pullRequest);
    const { reviewAndReport } = await loadBeside(
      pull ?? Promise.resolve(),
      REQUEST_IS_SENT_MS,
      () => import('./review-and-report.ts'),
    );
    await reviewAndReport(inputs, { octokit, signal }, pull);
  } catch (error) {
    fail(error, composeHideSecrets(listSecrets(inputs)));
  }
}

/** What others answered may quote what they were sent, so it is told without secrets. */
function fail(error: unknown, hide: HideSecrets): void {
  const message = hide(error instanceof Error ? error.message : String(error));
  setOutput('status', 'failed');
  setOutput('reason', message);
  if (error instanceof Error && error.cause instanceof Error) {
    logError(`Caused by: ${hide(error.cause.message)}`);
  }
  setFailed(message);
}

// What zod/mini says without a language is only that something is wrong.
config(english());
const cancelled = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    cancelled.abort(new Error('The run was cancelled.'));
  });
}

try {
  await run(cancelled.signal);
} catch (error) {
  fail(error, composeHideSecrets([]));
}
// Sockets kept alive, or a call that outlives a cancelled review, must not hold the runner.
process.exit();
