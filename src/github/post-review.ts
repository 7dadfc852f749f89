// Composed review → posted review, exactly one. GitHub refuses a whole review for one bad line (422): then all is
// told in the body. A 5xx or a lost connection may come after the work was done: it is looked up before it is tried
// once more.
import { RequestError } from '@octokit/request-error';
import type { ComposedReview, ReviewComment } from '../report/compose-review.ts';
import { findReview, type PostedReview, type ReviewQuery } from './find-review.ts';
import type { Octokit } from './open-github.ts';

export interface ReviewToPost {
  readonly review: ComposedReview;
  /** The same findings without comments on lines. */
  readonly fallback: ComposedReview;
}

export interface PostedResult extends PostedReview {
  /** The one of the two that GitHub took. */
  readonly review: ComposedReview;
}

export async function postReview(
  octokit: Octokit,
  query: ReviewQuery,
  toPost: ReviewToPost,
): Promise<PostedResult> {
  const first = await tryToPost(octokit, query, toPost.review);
  switch (first.kind) {
    case 'posted':
      return { ...first.posted, review: toPost.review };
    case 'refused':
      return { ...(await createReview(octokit, query, toPost.fallback)), review: toPost.fallback };
    case 'unknown': {
      const posted =
        (await findReview(octokit, query)) ?? (await createReview(octokit, query, toPost.review));
      return { ...posted, review: toPost.review };
    }
  }
}

type Attempt =
  | { readonly kind: 'posted'; readonly posted: PostedReview }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

async function tryToPost(octokit: Octokit, query: ReviewQuery, review: ComposedReview): Promise<Attempt> {
  try {
    return { kind: 'posted', posted: await createReview(octokit, query, review) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    // Octokit reports a lost connection with the status 500.
    if (error.status >= 500) return { kind: 'unknown' };
    if (error.status === 422 && review.comments.length > 0 && !isSpam(error)) return { kind: 'refused' };
    const advice =
      error.status === 403 ? ' Add `pull-requests: write` to the permissions of the workflow.' : '';
    throw new Error(`GitHub refused the review (${error.status}): ${error.message}.${advice}`, {
      cause: error,
    });
  }
}

async function createReview(
  octokit: Octokit,
  query: ReviewQuery,
  review: ComposedReview,
): Promise<PostedReview> {
  const answer = await octokit.rest.pulls.createReview({
    owner: query.owner,
    repo: query.repo,
    pull_number: query.pullRequest,
    commit_id: query.headSha,
    event: 'COMMENT',
    body: review.body,
    comments: review.comments.map(toApi),
    request: { retries: 0 },
  });
  return { id: answer.data.id, url: answer.data.html_url };
}

function toApi({ path, side, startLine, line, body }: ReviewComment) {
  const range = startLine === line ? {} : { start_line: startLine, start_side: side };
  return { path, side, line, body, ...range };
}

/** GitHub also answers 422 when it takes us for a spammer; trying again in another form makes that worse. */
function isSpam(error: RequestError): boolean {
  return /spam|abuse|submitted too quickly/i.test(error.message);
}
