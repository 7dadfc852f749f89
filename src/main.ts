// The Action's entry: reads the inputs, opens the edges, runs the review and reports how it ended. The only
// catch-all: whatever fails ends as a message and a failed step.
import { error as logError, info, setFailed, setOutput, summary, warning } from '@actions/core';
import { openClaude } from './claude/open-claude.ts';
import { openGitHub } from './github/open-github.ts';
import { readInputs } from './inputs.ts';
import { composeReport, composeTitle } from './report/compose-outcome.ts';
import { reviewPullRequest, type Outcome } from './review.ts';

async function run(signal: AbortSignal): Promise<void> {
  const inputs = readInputs(process.env);
  const outcome = await reviewPullRequest(inputs, {
    octokit: openGitHub({ token: inputs.githubToken, apiUrl: inputs.apiUrl, log: warning }),
    claude: openClaude({ apiKey: inputs.anthropicApiKey, baseUrl: inputs.anthropicBaseUrl }),
    log: info,
    signal,
  });
  setOutputs(outcome);
  await writeSummary(outcome);
  if (outcome.kind === 'partial') setFailed(`${composeTitle(outcome)}: ${outcome.reviewUrl}`);
}

function setOutputs(outcome: Outcome): void {
  setOutput('status', outcome.kind);
  switch (outcome.kind) {
    case 'reviewed':
    case 'partial':
      setOutput('reason', composeTitle(outcome));
      setOutput('review-id', outcome.reviewId);
      setOutput('review-url', outcome.reviewUrl);
      setOutput('findings', outcome.placed.length);
      setOutput('input-tokens', outcome.usage.input + outcome.usage.cacheWrite);
      setOutput('output-tokens', outcome.usage.output);
      setOutput('cache-read-tokens', outcome.usage.cacheRead);
      info(`${composeTitle(outcome)}: ${outcome.reviewUrl}`);
      return;
    case 'duplicate_skipped':
      setOutput('reason', outcome.reason);
      setOutput('review-id', outcome.reviewId);
      setOutput('review-url', outcome.reviewUrl);
      info(`Nothing posted: ${outcome.reason} (${outcome.reviewUrl})`);
      return;
    case 'skipped':
      setOutput('reason', outcome.reason);
      info(`Nothing reviewed: ${outcome.reason}`);
      return;
  }
}

async function writeSummary(outcome: Outcome): Promise<void> {
  const text =
    'usage' in outcome
      ? `## Nectr: ${composeTitle(outcome)}\n\n${composeReport(outcome)}\n\n${tokens(outcome.usage)}`
      : `## Nectr: ${outcome.kind.replace('_', ' ')}\n\n${outcome.reason}`;
  await summary.addRaw(text, true).write();
}

function tokens(usage: Extract<Outcome, { usage: unknown }>['usage']): string {
  return `Tokens: ${usage.input} read, ${usage.cacheWrite} written to the cache, ${usage.cacheRead} read from the cache, ${usage.output} answered.`;
}

const cancelled = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    cancelled.abort(new Error('The run was cancelled.'));
  });
}

try {
  await run(cancelled.signal);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  setOutput('status', 'failed');
  setOutput('reason', message);
  if (error instanceof Error && error.cause instanceof Error) logError(`Caused by: ${error.cause.message}`);
  setFailed(message);
}
// Sockets kept alive, or a call that outlives a cancelled review, must not hold the runner.
process.exit();
