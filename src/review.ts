// The whole review, about one line a stage. Expected endings are values; an error means that the review failed, and
// is told on the check run before it goes on to `main`.
import { setTimeout as sleep } from 'node:timers/promises';
import { askGitHub, type Asked } from './ask-github.ts';
import { startCheckRun } from './github/check-run.ts';
import {
  findComplete,
  selectOwn,
  type OwnReview,
  type PostedReview,
  type ReviewQuery,
} from './github/find-review.ts';
import type { Octokit } from './github/open-github.ts';
import { readMergeBase, type PullRequest } from './github/read-pull-request.ts';
import { composeSeal } from './github/seal.ts';
import { listSecrets, type Inputs } from './inputs.ts';
import { obeyComment } from './obey-comment.ts';
import type { ChangeSource } from './read-change.ts';
import { recall, recallFindings } from './recall.ts';
import { warn } from './warn.ts';
import { startClock, type Clock } from './report/clock.ts';
import { rejectOnAbort } from './reject-on-abort.ts';
import { composeHideSecrets } from './report/hide-secrets.ts';
import type { EarlierFinding, ReviewResult } from './report/result.ts';

export interface Edges {
  readonly octokit: Octokit;
  readonly log: (message: string) => void;
  /** Aborted when the run is cancelled: Claude is asked nothing more, and no review is begun to be posted. */
  readonly signal: AbortSignal;
  /** Milliseconds since some moment. */
  readonly now: () => number;
}

export type Outcome =
  | {
      readonly kind: 'reviewed' | 'partial';
      readonly result: ReviewResult;
      /** Undefined: nothing was posted, since nothing was new or nothing should be. */
      readonly review: PostedReview | undefined;
    }
  | {
      readonly kind: 'duplicate_skipped';
      readonly reason: string;
      readonly review: PostedReview;
      /** Problems that the review remembers as open. */
      readonly open: readonly EarlierFinding[];
    }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Ended {
  readonly outcome: Outcome;
  /** The check run says it as well, or the log why not; never rejects. */
  readonly concluded: Promise<void>;
}

/**
 * Reviews the pull request that the inputs name, unless it is closed or this head has a review already.
 * @param asked what GitHub has been asked already, if anything was
 */
export async function reviewPullRequest(inputs: Inputs, edges: Edges, asked?: Asked): Promise<Ended> {
  const { octokit, log } = edges;
  const obeyed = inputs.comment ? await obeyComment(inputs, octokit, inputs.comment) : undefined;
  if (obeyed) return skipUntold(obeyed);
  const { pull: answer, reviews } =
    asked ?? (await askGitHub(octokit, inputs.repository, inputs.pullRequest));
  const pull = await answer;
  if (pull.state === 'closed') return skipUntold(`pull request #${pull.number} is closed`);
  if (inputs.announcedHeadSha !== undefined && inputs.announcedHeadSha !== pull.headSha) {
    log(`The branch moved on from ${inputs.announcedHeadSha}: reviewing its current head ${pull.headSha}`);
  }
  const { headSha } = pull;
  const start = { headSha, runUrl: inputs.runUrl, isDry: inputs.dryRun };
  // Asked for already, since GitHub takes its time for it.
  const mergeBase = readMergeBase(octokit, inputs.repository, pull);
  mergeBase.catch(() => {}); // told where it is waited for
  const checkRun = await startCheckRun(octokit, inputs.repository, start);
  try {
    const outcome = await reviewHead(inputs, edges, {
      pull,
      reviews,
      mergeBase,
      account: checkRun.account,
    });
    const { concludeReview, concludeUnreviewed } = await loadEnding();
    const conclusion =
      'result' in outcome
        ? concludeReview(outcome.result, outcome.review?.url, inputs.failOn)
        : concludeUnreviewed(outcome, inputs.failOn);
    const concluded = checkRun.complete(conclusion).catch(warn(log, 'The check run could not be completed'));
    return { outcome, concluded };
  } catch (error) {
    await loadEnding()
      .then(({ concludeFailure }) =>
        checkRun.complete(
          concludeFailure(error, edges.signal.aborted, composeHideSecrets(listSecrets(inputs))),
        ),
      )
      .catch(warn(log, 'The check run could not be completed'));
    throw error;
  }
}

/** Before there is a check run. */
function skipUntold(reason: string): Ended {
  return { outcome: { kind: 'skipped', reason }, concluded: Promise.resolve() };
}

interface Subject extends Pick<Asked, 'reviews'> {
  readonly pull: PullRequest;
  readonly mergeBase: Promise<string>;
  /** Whose reviews are ours. */
  readonly account: string;
}

async function reviewHead(inputs: Inputs, edges: Edges, subject: Subject): Promise<Outcome> {
  const { pull, account } = subject;
  const { signal } = edges;
  const { owner, repo } = inputs.repository;
  const query: ReviewQuery = { owner, repo, pullRequest: pull.number, headSha: pull.headSha, account };
  const seal = composeSeal(inputs.anthropicApiKey, `${inputs.repositoryId}#${pull.number}`);
  const clock = startClock(edges.now);
  const earlier = selectOwn(await clock.time('history', () => subject.reviews), account, seal);
  const done = inputs.force || inputs.scope === 'full' ? undefined : findComplete(earlier, pull.headSha);
  if (done) return skipDuplicate(edges, query, done);
  const mergeBase = await subject.mergeBase;
  const memory = await clock.time('history', () => recall(inputs, edges, query, earlier, mergeBase));
  const commits = { head: pull.headSha, mergeBase, base: pull.baseSha, since: memory.since };
  const { readChange } = await import('./read-change.ts');
  const change = clock.time('code', () => readChange(composeSource(inputs, pull), commits, signal));
  change.catch(() => {}); // told where it is waited for
  loadMeanwhile(change);
  // What asks Claude is most of the bundle: it is loaded while git fetches.
  const { prepareReview } = await import('./prepare-review.ts');
  // Cancelled on the way here: nobody waits for Claude. Cancelled while GitHub takes the review: it is seen through.
  const prepared = await Promise.race([
    prepareReview(inputs, edges, { pull, mergeBase, memory, clock }, change),
    rejectOnAbort(signal),
  ]);
  if (prepared.kind === 'skipped') return prepared;
  const kind = prepared.result.state === 'complete' ? 'reviewed' : 'partial';
  if (inputs.dryRun) return { kind, result: withStages(prepared.result, clock), review: undefined };
  const { publish } = await loadEnding();
  const review = await clock.time('posting', () =>
    publish(inputs, edges, { pull, query, seal, memory, prepared }),
  );
  if (review.kind === 'duplicate') return skipDuplicate(edges, query, review.review);
  return {
    kind,
    result: withStages(review.result, clock),
    review: review.kind === 'posted' ? review.review : undefined,
  };
}

/** Posting and reporting. */
export function loadEnding() {
  return import('./ending.ts');
}

/** The question to Claude goes out some 40 ms behind the change: loading would delay it. */
const QUESTION_MS = 100;

/** What ends a review is loaded while Claude reads. */
function loadMeanwhile(change: Promise<unknown>): void {
  change
    .then(() => sleep(QUESTION_MS))
    .then(loadEnding)
    .catch(() => {}); // told where it is used
}

function composeSource(inputs: Inputs, { repositoryKilobytes }: PullRequest): ChangeSource {
  const { serverUrl, repository, githubToken, tempFolder } = inputs;
  const url = `${serverUrl}/${repository.owner}/${repository.repo}.git`;
  return { url, token: githubToken, repositoryKilobytes, tempFolder };
}

function withStages(result: ReviewResult, clock: Clock): ReviewResult {
  return { ...result, stages: clock.stages() };
}

async function skipDuplicate(
  edges: Edges,
  query: ReviewQuery,
  { id, url, ledger }: OwnReview,
): Promise<Outcome> {
  const { headSha } = query;
  const reason = `commit ${headSha} already has a review; set the input \`force\` to review it again`;
  const said = ledger?.findings.filter(({ state }) => state === 'open') ?? [];
  // What people have dismissed since must not fail the check run any more.
  const known = ledger && said.length > 0 ? (await recallFindings(edges, query, ledger)).findings : [];
  const open = known.filter(({ state }) => state === 'open');
  return { kind: 'duplicate_skipped', reason, review: { id, url }, open };
}
