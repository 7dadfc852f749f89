// Head commit → the review that this account has already posted for it, if any. All pages are read, and only own
// reviews count: anyone can write our marker into a comment.
import { readMarker, type Marker } from '../report/marker.ts';
import { explainRefusal } from './explain-refusal.ts';
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

/** `matches` decides by the marker; that it stands on a review of that very commit is checked here. */
export async function findReview(
  octokit: Octokit,
  { owner, repo, pullRequest, headSha, account }: ReviewQuery,
  matches: (marker: Marker) => boolean,
): Promise<PostedReview | undefined> {
  const asked = { owner, repo, pull_number: pullRequest, per_page: 100 };
  try {
    for await (const { data: reviews } of octokit.paginate.iterator(octokit.rest.pulls.listReviews, asked)) {
      const own = reviews.find(({ user, body, commit_id }) => {
        const marker = user?.login === account && commit_id === headSha ? readMarker(body) : undefined;
        return marker?.headSha === headSha && matches(marker);
      });
      if (own) return { id: own.id, url: own.html_url };
    }
  } catch (error) {
    throw explainRefusal(`read the reviews of pull request #${pullRequest}`, error);
  }
  return undefined;
}
