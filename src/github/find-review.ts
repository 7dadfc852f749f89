// Head commit → the review that this account has already posted for it, if any. All pages are read, and only own
// reviews count: anyone can write our marker into a comment.
import { hasMarker } from '../report/marker.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface PostedReview {
  readonly id: number;
  readonly url: string;
}

export interface ReviewQuery extends RepositoryName {
  readonly pullRequest: number;
  readonly headSha: string;
  readonly account: string;
}

export async function findReview(octokit: Octokit, query: ReviewQuery): Promise<PostedReview | undefined> {
  const { owner, repo, pullRequest, headSha, account } = query;
  const pages = octokit.paginate.iterator(octokit.rest.pulls.listReviews, {
    owner,
    repo,
    pull_number: pullRequest,
    per_page: 100,
  });
  for await (const { data: reviews } of pages) {
    const own = reviews.find((review) => review.user?.login === account && hasMarker(review.body, headSha));
    if (own) return { id: own.id, url: own.html_url };
  }
  return undefined;
}
