// The whole review, about one line a stage. Expected endings are values; an error means that the review failed, and
// is told on the check run before it goes on to `main`.
import { askGitHub, type Asked } from './ask-github.ts';
import { startCheckRun } from './github/check-run.ts';
import {
  findComplete,
  listOwnReviews,
  selectOwn,
  type OwnReview,
  type PostedReview,
  type ReviewQuery,
} from './github/find-review.ts';
import type { Octokit } from './github/open-github.ts';
import { postReview } from './github/post-review.ts';
import { readMergeBase, type PullRequest } from './github/read-pull-request.ts';
import { composeSeal, type Seal } from './github/seal.ts';
import { listSecrets, type Inputs } from './inputs.ts';
import { obeyComment } from './obey-comment.ts';
import type { Prepared } from './prepare-review.ts';
import { heedMeanwhile } from './heed-meanwhile.ts';
import type { ChangeSource } from './read-change.ts';
import { recall, recallFindings, type Memory } from './recall.ts';
import { bringForward, markAllFixed } from './follow-up.ts';
import { startClock, type Clock } from './report/clock.ts';
import { concludeReview } from './report/compose-outcome.ts';
import { composeReview, type ComposedReview } from './report/compose-review.ts';
import { concludeFailure, concludeUnreviewed } from './report/conclude-unreviewed.ts';
import { rejectOnAbort } from './reject-on-abort.ts';
import { composeHideSecrets } from './report/hide-secrets.ts';
import { writeLedger } from './report/ledger.ts';
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
    const conclusion =
      'result' in outcome
        ? concludeReview(outcome.result, outcome.review?.url, inputs.failOn)
        : concludeUnreviewed(outcome, inputs.failOn);
    const concluded = checkRun.complete(conclusion).catch(warn(log, 'The check run could not be completed'));
    return { outcome, concluded };
  } catch (error) {
    await checkRun
      .complete(concludeFailure(error, edges.signal.aborted, composeHideSecrets(listSecrets(inputs))))
      .catch(warn(log, 'The check run could not be completed'));
    throw error;
  }
}

/** Before there is a check run. */
function skipUntold(reason: string): Ended {
  return { outcome: { kind: 'skipped', reason }, concluded: Promise.resolve() };
}

/** How the review ended matters more than whether this could be done as well. */
function warn(log: Edges['log'], what: string): (error: unknown) => void {
  return (error) => {
    log(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
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
  // What asks Claude is most of the bundle: it is loaded while git fetches.
  const { prepareReview } = await loadReviewer();
  // Cancelled on the way here: nobody waits for Claude. Cancelled while GitHub takes the review: it is seen through.
  const prepared = await Promise.race([
    prepareReview(inputs, edges, { pull, mergeBase, memory, clock }, change),
    rejectOnAbort(signal),
  ]);
  if (prepared.kind === 'skipped') return prepared;
  const kind = prepared.result.state === 'complete' ? 'reviewed' : 'partial';
  if (inputs.dryRun) return { kind, result: withStages(prepared.result, clock), review: undefined };
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

async function loadReviewer() {
  const loaded = await import('./prepare-review.ts');
  // Node loads its own fetch, which Claude's client uses, when one of its classes is named first: 35 ms.
  void globalThis.Headers;
  return loaded;
}

function composeSource(inputs: Inputs, { repositoryKilobytes }: PullRequest): ChangeSource {
  const { serverUrl, repository, githubToken, tempFolder } = inputs;
  const url = `${serverUrl}/${repository.owner}/${repository.repo}.git`;
  return { url, token: githubToken, repositoryKilobytes, tempFolder };
}

function withStages(result: ReviewResult, clock: Clock): ReviewResult {
  return { ...result, stages: clock.stages() };
}

interface ToPublish {
  readonly pull: PullRequest;
  readonly query: ReviewQuery;
  readonly seal: Seal;
  readonly memory: Memory;
  readonly prepared: Extract<Prepared, { kind: 'prepared' }>;
}

type Published =
  | { readonly kind: 'posted'; readonly review: PostedReview; readonly result: ReviewResult }
  | { readonly kind: 'duplicate'; readonly review: OwnReview }
  | { readonly kind: 'nothing_new'; readonly result: ReviewResult };

/** One review, unless nothing is new, or another run was faster while Claude was reading. */
async function publish(
  inputs: Inputs,
  { octokit, signal, log }: Edges,
  { pull, query, seal, memory, prepared }: ToPublish,
): Promise<Published> {
  signal.throwIfAborted();
  const reviews = inputs.force ? [] : await listOwnReviews(octokit, query, seal);
  const meanwhile = findComplete(reviews, pull.headSha);
  const latest = reviews.findLast(({ ledger }) => ledger !== undefined)?.ledger;
  const { result, ledger } = heedMeanwhile(prepared, memory.findings, latest);
  if (meanwhile && inputs.scope !== 'full') return { kind: 'duplicate', review: meanwhile };
  // First: a run that is killed behind the review would leave what is fixed unmarked, since nobody looks at this head again.
  await markAllFixed(octokit, query, memory, result.fixed).catch(
    warn(log, 'Fixed findings could not be marked'),
  );
  const sealed = seal.close(writeLedger(ledger));
  if (memory.last && result.findings.length === 0 && memory.last.state !== 'partial' && !inputs.isCommanded) {
    await bringForward(octokit, query, memory.last.review, sealed);
    return { kind: 'nothing_new', result };
  }
  const compose = (demoted: ReadonlySet<string>): ComposedReview => composeReview(result, sealed, demoted);
  return {
    kind: 'posted',
    review: await postReview(octokit, query, { compose, run: inputs.run, seal, signal }),
    result,
  };
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
