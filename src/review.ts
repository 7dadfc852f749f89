// The whole review, about one line a stage. Expected endings are values; an error means that the review failed, and
// is told on the check run before it goes on to `main`.
import type Anthropic from '@anthropic-ai/sdk';
import { askReviewers, type ReviewerAnswers } from './claude/ask-reviewers.ts';
import type { TokenUsage } from './claude/usage.ts';
import type { ChangedFile } from './diff/changed-file.ts';
import { parseDiff } from './diff/parse-diff.ts';
import { placeFindings, type PlacedFindings } from './findings/place-findings.ts';
import { openRepository } from './git/open-repository.ts';
import { startCheckRun } from './github/check-run.ts';
import { findReview, type PostedReview, type ReviewQuery } from './github/find-review.ts';
import type { Octokit } from './github/open-github.ts';
import { postReview } from './github/post-review.ts';
import { readMergeBase, readPullRequest, type PullRequest } from './github/read-pull-request.ts';
import type { Inputs } from './inputs.ts';
import { planReview, type Plan } from './plan/plan-review.ts';
import { composeBatchPrompt, REVIEWER_SYSTEM } from './prompts/reviewer.ts';
import {
  concludeFailure,
  concludeOutcome,
  explainNothing,
  type ReviewedOutcome,
} from './report/compose-outcome.ts';
import { composeReview, composeReviewWithoutComments, type Reviewed } from './report/compose-review.ts';

export interface Edges {
  readonly octokit: Octokit;
  readonly claude: Anthropic;
  readonly log: (message: string) => void;
  /** Aborted when the run is cancelled; nothing is begun after that. */
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
  const { octokit, log } = edges;
  const pull = await readPullRequest(octokit, inputs.repository, inputs.pullRequest);
  if (pull.state === 'closed') return { kind: 'skipped', reason: `pull request #${pull.number} is closed` };
  if (inputs.announcedHeadSha !== undefined && inputs.announcedHeadSha !== pull.headSha) {
    log(`The branch moved on from ${inputs.announcedHeadSha}: reviewing its current head ${pull.headSha}`);
  }
  const { headSha } = pull;
  const checkRun = await startCheckRun(octokit, inputs.repository, { headSha, runUrl: inputs.runUrl });
  try {
    const outcome = await reviewHead(inputs, edges, pull, checkRun.account);
    await checkRun.complete(concludeOutcome(outcome)).catch(warn(log));
    return outcome;
  } catch (error) {
    await checkRun.complete(concludeFailure(error, edges.signal.aborted)).catch(warn(log));
    throw error;
  }
}

/** How the review ended matters more than whether the check run could be told. */
function warn(log: Edges['log']): (error: unknown) => void {
  return (error) => {
    log(`The check run could not be completed: ${error instanceof Error ? error.message : String(error)}`);
  };
}

async function reviewHead(
  inputs: Inputs,
  edges: Edges,
  pull: PullRequest,
  account: string,
): Promise<Outcome> {
  const { octokit, signal } = edges;
  const query: ReviewQuery = {
    ...inputs.repository,
    pullRequest: pull.number,
    headSha: pull.headSha,
    account,
  };
  const findEarlier = async (): Promise<PostedReview | undefined> =>
    inputs.force ? undefined : findReview(octokit, query, ({ state }) => state === 'complete');
  const earlier = await findEarlier();
  if (earlier) return skipDuplicate(pull, earlier);
  // Cancelled on the way here: nobody waits for Claude. Cancelled while GitHub takes the review: it is seen through.
  const prepared = await Promise.race([prepareReview(inputs, edges, pull), rejectOnAbort(signal)]);
  if (prepared.kind === 'skipped') return prepared;
  // Another run may have been faster while Claude was reading.
  const meanwhile = await findEarlier();
  if (meanwhile) return skipDuplicate(pull, meanwhile);
  const { reviewed, answers, placed } = prepared;
  const posted = await postReview(octokit, query, {
    review: composeReview(reviewed),
    fallback: composeReviewWithoutComments(reviewed),
    run: inputs.run,
    signal,
  });
  return {
    kind: reviewed.marker.state === 'complete' ? 'reviewed' : 'partial',
    reviewId: posted.id,
    reviewUrl: posted.url,
    ...placed,
    ...posted.review.counts,
    reviewedPaths: prepared.reviewedPaths,
    failed: reviewed.failed,
    skipped: reviewed.skipped,
    usage: answers.usage,
  };
}

function skipDuplicate({ headSha }: PullRequest, { id, url }: PostedReview): Outcome {
  const reason = `commit ${headSha} already has a review; set the input \`force\` to review it again`;
  return { kind: 'duplicate_skipped', reason, reviewId: id, reviewUrl: url };
}

type Prepared =
  | { readonly kind: 'skipped'; readonly reason: string }
  | {
      readonly kind: 'prepared';
      readonly reviewed: Reviewed;
      readonly placed: PlacedFindings;
      readonly reviewedPaths: readonly string[];
      readonly answers: ReviewerAnswers;
    };

async function prepareReview(inputs: Inputs, edges: Edges, pull: PullRequest): Promise<Prepared> {
  const files = await readChangedFiles(inputs, edges, pull);
  const plan = planReview(files);
  edges.log(
    `${files.length} files changed: ${plan.batches.length} batches to ask about, ${plan.skipped.length} files skipped by rule`,
  );
  if (plan.batches.length === 0) return { kind: 'skipped', reason: explainNothing(plan) };
  const prompts = composePrompts(pull, plan);
  const answers = await askReviewers(edges.claude, { model: inputs.model, system: REVIEWER_SYSTEM, prompts });
  const placed = placeFindings(answers.findings, files);
  const { reviewedPaths, failed } = sortByAnswer(answers, plan);
  const state = failed.length === 0 ? 'complete' : 'partial';
  const reviewed: Reviewed = {
    marker: { headSha: pull.headSha, run: inputs.run, state },
    filesReviewed: reviewedPaths.length,
    skipped: plan.skipped,
    failed,
    placed: placed.placed,
  };
  return { kind: 'prepared', reviewed, placed, reviewedPaths, answers };
}

async function readChangedFiles(
  inputs: Inputs,
  { octokit, signal }: Edges,
  pull: PullRequest,
): Promise<ChangedFile[]> {
  const { repository: name, serverUrl, githubToken, tempFolder } = inputs;
  const mergeBase = await readMergeBase(octokit, name, pull);
  const source = { url: `${serverUrl}/${name.owner}/${name.repo}.git`, token: githubToken };
  const commits = { mergeBase, head: pull.headSha };
  await using repository = await openRepository(source, commits, tempFolder, signal);
  return parseDiff(await repository.readDiff());
}

function composePrompts(pull: PullRequest, plan: Plan) {
  const paths = plan.batches.map(({ files }) => files.map(({ path }) => path));
  return plan.batches.map((batch, at) => {
    const others = paths.toSpliced(at, 1).flat();
    return { batch, prompt: composeBatchPrompt(pull, batch, others) };
  });
}

/** Every file that should be reviewed is either reviewed or failed, with the reason; none is left out. */
function sortByAnswer({ answers }: ReviewerAnswers, plan: Plan) {
  const failedBatches = new Map(
    answers.flatMap(({ batch, answer }) =>
      answer.kind === 'failed' ? [[batch, answer.reason] as const] : [],
    ),
  );
  const files = plan.batches.flatMap((batch) =>
    batch.files.map(({ path }) => ({ path, reason: failedBatches.get(batch) })),
  );
  const oversized = plan.oversized.map(({ path, tokens }) => ({
    path,
    reason: `its diff is too large to be reviewed (about ${tokens} tokens)`,
  }));
  return {
    reviewedPaths: files.flatMap(({ path, reason }) => (reason === undefined ? [path] : [])),
    failed: [
      ...files.flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, reason }])),
      ...oversized,
    ],
  };
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
