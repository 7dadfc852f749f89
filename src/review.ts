// The whole review, about one line a stage. Expected endings are values; an error means that the review failed, and
// is told on the check run before it goes on to `main`.
import type Anthropic from '@anthropic-ai/sdk';
import { askReviewers, type ReviewerAnswers } from './claude/ask-reviewers.ts';
import type { TokenUsage } from './claude/usage.ts';
import type { ChangedFile } from './diff/changed-file.ts';
import { parseDiff } from './diff/parse-diff.ts';
import { placeFindings } from './findings/place-findings.ts';
import { openRepository } from './git/open-repository.ts';
import { startCheckRun, type CheckRun, type CheckRunResult } from './github/check-run.ts';
import { findReview, type ReviewQuery } from './github/find-review.ts';
import type { Octokit } from './github/open-github.ts';
import { postReview } from './github/post-review.ts';
import { readMergeBase, readPullRequest, type PullRequest } from './github/read-pull-request.ts';
import type { Inputs } from './inputs.ts';
import { planReview, type Plan } from './plan/plan-review.ts';
import { composeBatchPrompt, REVIEWER_SYSTEM } from './prompts/reviewer.ts';
import { composeReport, composeTitle, type ReviewedOutcome } from './report/compose-outcome.ts';
import { composeReview, composeReviewWithoutComments, type Reviewed } from './report/compose-review.ts';

export interface Edges {
  readonly octokit: Octokit;
  readonly claude: Anthropic;
  readonly log: (message: string) => void;
  /** Aborted when the run is cancelled; nothing is posted after that. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | (ReviewedOutcome & { readonly usage: TokenUsage })
  | {
      readonly kind: 'duplicate_skipped';
      readonly reason: string;
      readonly reviewId: number;
      readonly reviewUrl: string;
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Reviews the pull request that the inputs name, unless it is closed or this head has a review already. */
export async function reviewPullRequest(inputs: Inputs, edges: Edges): Promise<Outcome> {
  const { octokit, log, signal } = edges;
  const pull = await readPullRequest(octokit, inputs.repository, inputs.pullRequest);
  if (pull.state === 'closed') return { kind: 'skipped', reason: `pull request #${pull.number} is closed` };
  if (inputs.announcedHeadSha !== undefined && inputs.announcedHeadSha !== pull.headSha) {
    log(`The branch moved on from ${inputs.announcedHeadSha}: reviewing its current head ${pull.headSha}`);
  }
  const checkRun = await startCheckRun(octokit, inputs.repository, {
    headSha: pull.headSha,
    runUrl: inputs.runUrl,
  });
  try {
    const outcome = await Promise.race([reviewHead(inputs, edges, pull, checkRun), rejectOnAbort(signal)]);
    await checkRun.complete(concludeCheckRun(outcome));
    return outcome;
  } catch (error) {
    await completeAsFailed(checkRun, error, edges);
    throw error;
  }
}

async function reviewHead(
  inputs: Inputs,
  edges: Edges,
  pull: PullRequest,
  checkRun: CheckRun,
): Promise<Outcome> {
  const { octokit, claude, log } = edges;
  const query: ReviewQuery = {
    ...inputs.repository,
    pullRequest: pull.number,
    headSha: pull.headSha,
    account: checkRun.account,
  };
  const earlier = inputs.force ? undefined : await findReview(octokit, query);
  if (earlier) {
    const reason = `commit ${pull.headSha} already has a review; set the input \`force\` to review it again`;
    return { kind: 'duplicate_skipped', reason, reviewId: earlier.id, reviewUrl: earlier.url };
  }
  const files = await readChangedFiles(inputs, edges, pull);
  const plan = planReview(files);
  log(
    `${files.length} files changed: ${plan.batches.length} to ask about in batches, ${plan.skipped.length} skipped by rule`,
  );
  const prompts = composePrompts(pull, plan);
  const answers = await askReviewers(claude, { model: inputs.model, system: REVIEWER_SYSTEM, prompts });
  const { placed, duplicates } = placeFindings(answers.findings, files);
  const { reviewedPaths, failed } = sortByAnswer(answers, plan);
  const reviewed: Reviewed = {
    headSha: pull.headSha,
    filesReviewed: reviewedPaths.length,
    skipped: plan.skipped,
    failed,
    placed,
  };
  const toPost = { review: composeReview(reviewed), fallback: composeReviewWithoutComments(reviewed) };
  edges.signal.throwIfAborted();
  const posted = await postReview(octokit, query, toPost);
  return {
    kind: failed.length === 0 ? 'reviewed' : 'partial',
    reviewId: posted.id,
    reviewUrl: posted.url,
    placed,
    duplicates,
    reviewedPaths,
    failed,
    ...posted.review.counts,
    skipped: plan.skipped,
    usage: answers.usage,
  };
}

async function readChangedFiles(
  inputs: Inputs,
  { octokit }: Edges,
  pull: PullRequest,
): Promise<ChangedFile[]> {
  const { repository: name, serverUrl, githubToken, tempFolder } = inputs;
  const mergeBase = await readMergeBase(octokit, name, pull);
  const source = { url: `${serverUrl}/${name.owner}/${name.repo}.git`, token: githubToken };
  await using repository = await openRepository(source, { mergeBase, head: pull.headSha }, tempFolder);
  return parseDiff(await repository.readDiff());
}

function composePrompts(pull: PullRequest, plan: Plan) {
  const paths = plan.batches.map(({ files }) => files.map(({ path }) => path));
  return plan.batches.map((batch, at) => {
    const others = paths.toSpliced(at, 1).flat();
    return { batch, prompt: composeBatchPrompt(pull, batch, others) };
  });
}

/** Every file of every batch is either reviewed or failed, with the reason; none is left out. */
function sortByAnswer({ answers }: ReviewerAnswers, plan: Plan) {
  const failedBatches = new Map(
    answers.flatMap(({ batch, answer }) =>
      answer.kind === 'failed' ? [[batch, answer.reason] as const] : [],
    ),
  );
  const files = plan.batches.flatMap((batch) =>
    batch.files.map(({ path }) => ({ path, reason: failedBatches.get(batch) })),
  );
  return {
    reviewedPaths: files.flatMap(({ path, reason }) => (reason === undefined ? [path] : [])),
    failed: files.flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, reason }])),
  };
}

function concludeCheckRun(outcome: Outcome): CheckRunResult {
  switch (outcome.kind) {
    case 'reviewed':
      return { conclusion: 'success', title: composeTitle(outcome), summary: composeReport(outcome) };
    case 'partial':
      return { conclusion: 'neutral', title: composeTitle(outcome), summary: composeReport(outcome) };
    case 'duplicate_skipped':
      return {
        conclusion: 'neutral',
        title: 'Already reviewed',
        summary: `[The review](${outcome.reviewUrl}) of this commit.`,
      };
    case 'skipped':
      return { conclusion: 'neutral', title: 'Skipped', summary: outcome.reason };
  }
}

/** The error that ended the review matters more than one on the way to say so: that one is only logged. */
async function completeAsFailed(checkRun: CheckRun, error: unknown, { log, signal }: Edges): Promise<void> {
  const summary = error instanceof Error ? error.message : String(error);
  const result: CheckRunResult = signal.aborted
    ? {
        conclusion: 'cancelled',
        title: 'Cancelled',
        summary: 'The run was cancelled before the review was posted.',
      }
    : { conclusion: 'failure', title: 'The review failed', summary };
  await checkRun.complete(result).catch((second: unknown) => {
    log(`The check run could not be completed: ${String(second)}`);
  });
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
