// Composed review → posted review, exactly one. GitHub refuses a whole review for one bad line (422): then all is
// told in the body. A 5xx or a lost connection may come after the work was done: it is looked up before it is tried
// once more.
import { RequestError } from '@octokit/request-error';
import { z } from 'zod';
import type { ComposedReview, ReviewComment } from '../report/compose-review.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findReview, type PostedReview, type ReviewQuery } from './find-review.ts';
import type { Octokit } from './open-github.ts';

export interface ReviewToPost {
  readonly review: ComposedReview;
  /** The same findings without comments on lines. */
  readonly fallback: ComposedReview;
  /** Of this run and attempt: the marker of both carries it. */
  readonly run: string;
  /** Aborted when the run is cancelled: then no further request is made. */
  readonly signal: AbortSignal;
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
  const { review, fallback } = toPost;
  const posted = await postForSure(octokit, query, toPost, review);
  if (posted) return { ...posted, review };
  const told = await postForSure(octokit, query, toPost, fallback);
  if (!told) throw new Error('GitHub refused the review (422), also without comments on lines.');
  return { ...told, review: fallback };
}

const MAX_TRIES = 2;

/** Undefined: GitHub refused it for what is in it. */
async function postForSure(
  octokit: Octokit,
  query: ReviewQuery,
  { run, signal }: ReviewToPost,
  review: ComposedReview,
): Promise<PostedReview | undefined> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await createReview(octokit, query, review);
    } catch (error) {
      if (isRefused(error)) return undefined;
      // Octokit reports a lost connection with the status 500.
      const isDoubtful = error instanceof RequestError && error.status >= 500;
      const posted = isDoubtful
        ? await findReview(octokit, query, (marker) => marker.run === run)
        : undefined;
      if (posted) return posted;
      if (!isDoubtful || tries === MAX_TRIES) throw explainRefusal('post the review', error);
    }
  }
}

/** 422 also means that GitHub takes us for a spammer; trying again in another form makes that worse. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof RequestError) || error.status !== 422) return false;
  return !/spam|abuse|submitted too quickly/i.test(error.message);
}

const createdSchema = z.object({ id: z.int().positive(), html_url: z.string() });

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
  const { id, html_url } = createdSchema.parse(answer.data);
  return { id, url: html_url };
}

function toApi({ path, side, startLine, line, body }: ReviewComment) {
  const range = startLine === line ? {} : { start_line: startLine, start_side: side };
  return { path, side, line, body, ...range };
}
