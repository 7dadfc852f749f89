// Pull request → the reviews that end with our marker. Anyone can write one into a review: whose are ours is decided when the account
// is known (find-review.ts). Of the others nothing is kept.
import { readMarker, type Marker } from '../report/marker.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface PullRequestName extends RepositoryName {
  readonly pullRequest: number;
}

export interface MarkedReview {
  readonly id: number;
  readonly url: string;
  readonly login: string | undefined;
  readonly body: string;
  /** The commit that the review is on, as GitHub says. */
  readonly commit: string | null;
  readonly marker: Marker;
}

/** Of all pages, oldest first. */
export async function listMarked(
  octokit: Octokit,
  { owner, repo, pullRequest }: PullRequestName,
): Promise<MarkedReview[]> {
  const asked = { owner, repo, pull_number: pullRequest, per_page: 100 };
  const found: MarkedReview[] = [];
  try {
    for await (const { data: reviews } of octokit.paginate.iterator(octokit.rest.pulls.listReviews, asked)) {
      for (const { id, html_url: url, user, body, commit_id: commit } of reviews) {
        const marker = readMarker(body);
        if (marker) found.push({ id, url, login: user?.login, body, commit, marker });
      }
    }
  } catch (error) {
    throw explainRefusal(`read the reviews of pull request #${pullRequest}`, error);
  }
  return found;
}
