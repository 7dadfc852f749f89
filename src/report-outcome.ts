// How a run ended → outputs, job summary, log, and a failed step where it is asked for.
import { info, setFailed, setOutput, summary } from '@actions/core';
import type { Inputs } from './inputs.ts';
import { cleanText } from './report/clean-text.ts';
import { composeReport, composeTitle, isFailing } from './report/compose-outcome.ts';
import { concludeUnreviewed } from './report/conclude-unreviewed.ts';
import { composeReview } from './report/compose-review.ts';
import { quietCommands } from './report/quiet-commands.ts';
import type { ReviewResult } from './report/result.ts';
import type { Edges, Outcome } from './review.ts';
import { writeResults } from './write-results.ts';

export async function report(outcome: Outcome, inputs: Inputs, say: Edges['log']): Promise<void> {
  setOutput('status', outcome.kind);
  if ('result' in outcome) await reportReviewed(outcome, inputs, say);
  else await reportUnreviewed(outcome, inputs, say);
}

async function reportUnreviewed(
  outcome: Exclude<Outcome, { result: unknown }>,
  { failOn }: Inputs,
  say: Edges['log'],
): Promise<void> {
  setOutput('reason', outcome.reason);
  if (outcome.kind === 'duplicate_skipped') {
    setOutput('review-id', outcome.review.id);
    setOutput('review-url', outcome.review.url);
  }
  say(`Nothing ${outcome.kind === 'skipped' ? 'reviewed' : 'posted'}: ${outcome.reason}`);
  await summary
    .addRaw(`## Nectr: ${outcome.kind.replace('_', ' ')}\n\n${cleanText(outcome.reason)}`, true)
    .write();
  if (outcome.kind === 'duplicate_skipped' && isFailing({ findings: [], open: outcome.open }, failOn)) {
    setFailed(`${concludeUnreviewed(outcome, failOn).title}; the input \`fail-on\` is ${failOn}`);
  }
}

async function reportReviewed(
  outcome: Extract<Outcome, { result: unknown }>,
  inputs: Inputs,
  say: Edges['log'],
): Promise<void> {
  const { result, review } = outcome;
  const title = composeTitle(result);
  const { resultFile, sarifFile } = await writeResults(result, inputs.tempFolder);
  setOutput('reason', title);
  setOutput('review-id', review?.id ?? '');
  setOutput('review-url', review?.url ?? '');
  setOutput('findings', result.findings.length);
  setOutput('result-file', resultFile);
  setOutput('sarif-file', sarifFile);
  setOutput('input-tokens', result.usage.input + result.usage.cacheWrite);
  setOutput('output-tokens', result.usage.output);
  setOutput('cache-read-tokens', result.usage.cacheRead);
  setOutput('cost-usd', result.cost_usd === null ? '' : result.cost_usd.toFixed(4));
  if (inputs.dryRun) printReview(result);
  say(`${title}: ${review?.url ?? 'nothing was posted'}`);
  await summary.addRaw(`## Nectr: ${title}\n\n${composeReport(result, review?.url)}`, true).write();
  if (outcome.kind === 'partial') setFailed(`${title}: ${review?.url ?? 'nothing was posted'}`);
  else if (isFailing(result, inputs.failOn)) setFailed(`${title}; the input \`fail-on\` is ${inputs.failOn}`);
}

function printReview(result: ReviewResult): void {
  const { body, comments } = composeReview(result, '');
  const text = [
    body,
    ...comments.map((comment) => `--- ${comment.path}:${comment.line}\n${comment.body}`),
  ].join('\n\n');
  info(quietCommands(text));
}
