// Composed review → posted review, exactly one. GitHub refuses a whole review for one bad line (422): then the comments that
// cannot stand where they are told are moved to the body, and the rest is posted. A 5xx or a lost connection may come after
// the work was done: it is looked up before it is tried once more.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import type { ComposedReview, ReviewComment } from '../report/compose-review.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findMisplaced } from './find-misplaced.ts';
import { listOwnReviews, type PostedReview, type ReviewQuery } from './find-review.ts';
import type { Octokit } from './open-github.ts';
import type { Seal } from './seal.ts';

export interface ReviewToPost {
  /** The same review, with the comments of these findings told in its body. */
  readonly compose: (demoted: ReadonlySet<string>) => ComposedReview;
  /** Of this run and attempt: the marker carries it. */
  readonly run: string;
  readonly seal: Seal;
  /** Aborted when the run is cancelled: then no further request is made. */
  readonly signal: AbortSignal;
}

export async function postReview(
  octokit: Octokit,
  query: ReviewQuery,
  toPost: ReviewToPost,
): Promise<PostedReview> {
  const whole = toPost.compose(new Set());
  const first = await postForSure(octokit, query, toPost, whole);
  if (first.kind === 'posted') return first.review;
  const misplaced = await findMisplaced(octokit, query, whole.comments).catch(() => new Set<string>());
  if (misplaced.size > 0 && misplaced.size < whole.comments.length) {
    const second = await postForSure(octokit, query, toPost, toPost.compose(misplaced));
    if (second.kind === 'posted') return second.review;
  }
  // Which of them it was cannot be told: all is told in the body.
  const all = new Set(whole.comments.map(({ id }) => id));
  const last = await postForSure(octokit, query, toPost, toPost.compose(all));
  if (last.kind === 'posted') return last.review;
  throw new Error(`GitHub refused the review (422), also without comments on lines: ${last.reason}`);
}

type Attempt =
  | { readonly kind: 'posted'; readonly review: PostedReview }
  /** For what is in it: trying the same again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string };

const MAX_TRIES = 2;

async function postForSure(
  octokit: Octokit,
  query: ReviewQuery,
  { run, seal, signal }: ReviewToPost,
  review: ComposedReview,
): Promise<Attempt> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return { kind: 'posted', review: await createReview(octokit, query, review) };
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal?.kind === 'own' && review.event !== 'COMMENT') {
        review = { ...review, event: 'COMMENT' };
        tries = 0;
        continue;
      }
      if (refusal?.kind === 'content') return { kind: 'refused', reason: refusal.reason };
      if (refusal?.kind === 'gone') throw explainGone(query, error);
      // Octokit reports a lost connection with the status 500.
      const isDoubtful = error instanceof RequestError && error.status >= 500;
      const posted = isDoubtful
        ? (await listOwnReviews(octokit, query, seal)).find(
            ({ marker }) => marker?.run === run && marker.headSha === query.headSha,
          )
        : undefined;
      if (posted) return { kind: 'posted', review: { id: posted.id, url: posted.url } };
      if (!isDoubtful || tries === MAX_TRIES) throw explainRefusal('post the review', error);
    }
  }
}

interface Refusal {
  /** `own`: changes cannot be requested of oneself. `gone`: the commit was pushed away. `spam`: we are to be quiet. */
  readonly kind: 'content' | 'own' | 'gone' | 'spam';
  readonly reason: string;
}

function readRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof RequestError) || error.status !== 422) return undefined;
  const details = z.object({ errors: z.array(z.unknown()) }).safeParse(error.response?.data);
  const told = details.success
    ? details.data.errors.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('; ')
    : '';
  const reason = `${error.message} ${told}`.trim();
  // 422 also means that GitHub takes us for a spammer; trying again in another form makes that worse.
  if (/spam|abuse|submitted too quickly/i.test(reason)) return { kind: 'spam', reason };
  if (/request changes on your own/i.test(reason)) return { kind: 'own', reason };
  if (/commit_id|not part of the pull request/i.test(reason)) return { kind: 'gone', reason };
  return { kind: 'content', reason };
}

function explainGone({ headSha, pullRequest }: ReviewQuery, cause: unknown): Error {
  return new Error(
    `Nothing was posted: while commit ${headSha} was being read, it was pushed away from pull request #${pullRequest}. ` +
      'The push that did so starts a review of its own.',
    { cause },
  );
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
    event: review.event,
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
