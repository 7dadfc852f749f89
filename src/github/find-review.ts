// Pull request → what this account has already posted there. All pages are read, and only own reviews count: anyone can
// write our marker into a comment.
import { parseLedger, type Ledger } from '../report/ledger.ts';
import { readMarker, type Marker } from '../report/marker.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';
import type { Seal } from './seal.ts';

export interface PostedReview {
  readonly id: number;
  readonly url: string;
}

export interface ReviewQuery extends RepositoryName {
  readonly pullRequest: number;
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
export async function listOwnReviews(
  octokit: Octokit,
  { owner, repo, pullRequest, account }: ReviewQuery,
  seal: Seal,
): Promise<OwnReview[]> {
  const asked = { owner, repo, pull_number: pullRequest, per_page: 100 };
  const own: OwnReview[] = [];
  try {
    for await (const { data: reviews } of octokit.paginate.iterator(octokit.rest.pulls.listReviews, asked)) {
      for (const { id, html_url, user, body, commit_id } of reviews) {
        const marker = user?.login === account ? readMarker(body) : undefined;
        if (!marker) continue;
        const sealed = seal.open(body);
        own.push({
          id,
          url: html_url,
          body,
          marker: marker.headSha === commit_id ? marker : undefined,
          ledger: sealed === undefined ? undefined : parseLedger(sealed),
        });
      }
    }
  } catch (error) {
    throw explainRefusal(`read the reviews of pull request #${pullRequest}`, error);
  }
  return own;
}

/**
 * The account that our reviews here carry, for when no check run tells it: that of the oldest review with our seal. Who copies
 * a sealed review comes after the one who wrote it.
 */
export async function findAccount(
  octokit: Octokit,
  { owner, repo, pullRequest }: Omit<ReviewQuery, 'account'>,
  seal: Seal,
): Promise<string | undefined> {
  const asked = { owner, repo, pull_number: pullRequest, per_page: 100 };
  try {
    for await (const { data: reviews } of octokit.paginate.iterator(octokit.rest.pulls.listReviews, asked)) {
      const sealed = reviews.find(({ body }) => seal.open(body) !== undefined);
      if (sealed) return sealed.user?.login;
    }
  } catch (error) {
    throw explainRefusal(`read the reviews of pull request #${pullRequest}`, error);
  }
  return undefined;
}

/** The newest review that covers this head completely: posted on it, or brought forward to it when nothing was new. */
export function findComplete(reviews: readonly OwnReview[], headSha: string): OwnReview | undefined {
  return reviews.findLast(
    ({ marker, ledger }) =>
      (marker?.headSha === headSha && marker.state === 'complete') ||
      (ledger?.head === headSha && ledger.state === 'complete'),
  );
}
