// A prepared review + what has been said meanwhile → one posted review, or none: nothing is repeated, nothing is forgotten.
import { bringForward, markAllFixed } from './follow-up.ts';
import {
  findComplete,
  listOwnReviews,
  type OwnReview,
  type PostedReview,
  type ReviewQuery,
} from './github/find-review.ts';
import { postReview } from './github/post-review.ts';
import type { PullRequest } from './github/read-pull-request.ts';
import type { Seal } from './github/seal.ts';
import { heedMeanwhile } from './heed-meanwhile.ts';
import type { Inputs } from './inputs.ts';
import type { Prepared } from './prepare-review.ts';
import type { Memory } from './recall.ts';
import { composeReview, type ComposedReview } from './report/compose-review.ts';
import { writeLedger } from './report/ledger.ts';
import type { ReviewResult } from './report/result.ts';
import type { Edges } from './review.ts';
import { warn } from './warn.ts';

export interface ToPublish {
  readonly pull: PullRequest;
  readonly query: ReviewQuery;
  readonly seal: Seal;
  readonly memory: Memory;
  readonly prepared: Extract<Prepared, { kind: 'prepared' }>;
}

export type Published =
  | { readonly kind: 'posted'; readonly review: PostedReview; readonly result: ReviewResult }
  | { readonly kind: 'duplicate'; readonly review: OwnReview }
  | { readonly kind: 'nothing_new'; readonly result: ReviewResult };

/** One review, unless nothing is new, or another run was faster while Claude was reading. */
export async function publish(
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
