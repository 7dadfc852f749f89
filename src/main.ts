// The Action's entry: reads the inputs, asks GitHub, loads the rest and has it review and report. The only catch-all: whatever
// fails ends as a message and a failed step.
import { error as logError, setFailed, setOutput, warning } from '@actions/core';
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { askGitHub } from './ask-github.ts';
import { openGitHub } from './github/open-github.ts';
import { listSecrets, readInputs } from './inputs.ts';
import { composeHideSecrets, type HideSecrets } from './report/hide-secrets.ts';

async function run(signal: AbortSignal): Promise<void> {
  const inputs = readInputs(process.env);
  try {
    const octokit = openGitHub({ token: inputs.githubToken, apiUrl: inputs.apiUrl, log: warning });
    const { comment, repository, pullRequest } = inputs;
    // Most of the bundle is loaded while GitHub answers (docs/adr/0024). Of a comment, the first question is another one.
    const asked = comment ? undefined : await askGitHub(octokit, repository, pullRequest);
    const { reviewAndReport } = await import('./review-and-report.ts');
    await reviewAndReport(inputs, { octokit, signal }, asked);
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
