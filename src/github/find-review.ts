// Pull request → what this account has already posted there. All pages are read, and only own reviews count: anyone can
// write our marker into a comment.
import { parseLedger, type Ledger } from '../report/ledger.ts';
import type { Marker } from '../report/marker.ts';
import { listMarked, type MarkedReview, type PullRequestName } from './list-marked.ts';
import type { Octokit } from './open-github.ts';
import type { Seal } from './seal.ts';

export interface PostedReview {
  readonly id: number;
  readonly url: string;
}

export interface ReviewQuery extends PullRequestName {
  readonly headSha: string;
  readonly account: string;
}

export interface OwnReview extends PostedReview {
  readonly body: string;
  /** Undefined when the marker is not of the commit that the review is on. */
  readonly marker: Marker | undefined;
  readonly ledger: Ledger | undefined;
}

/** Own reviews, oldest first. */
export async function listOwnReviews(octokit: Octokit, query: ReviewQuery, seal: Seal): Promise<OwnReview[]> {
  return selectOwn(await listMarked(octokit, query), query.account, seal);
}

/** Those of this account, in their order. */
export function selectOwn(reviews: readonly MarkedReview[], account: string, seal: Seal): OwnReview[] {
  return reviews
    .filter(({ login }) => login === account)
    .map(({ id, url, body, commit, marker }) => {
      const sealed = seal.open(body);
      return {
        id,
        url,
        body,
        marker: marker.headSha === commit ? marker : undefined,
        ledger: sealed === undefined ? undefined : parseLedger(sealed),
      };
    });
}

/**
 * The account that our reviews here carry, for when no check run tells it: that of the oldest review with our seal. Who copies
 * a sealed review comes after the one who wrote it.
 */
export function findAccount(reviews: readonly MarkedReview[], seal: Seal): string | undefined {
  return reviews.find(({ body }) => seal.open(body) !== undefined)?.login;
}

/** The newest review that covers this head completely: posted on it, or brought forward to it when nothing was new. */
export function findComplete(reviews: readonly OwnReview[], headSha: string): OwnReview | undefined {
  return reviews.findLast(
    ({ marker, ledger }) =>
      (marker?.headSha === headSha && marker.state === 'complete') ||
      (ledger?.head === headSha && ledger.state === 'complete'),
  );
}
