// What a review as a whole must be (docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request), before
// its comments are looked at one by one.
import type { PullRequest } from '../world.ts';

/** Of a review, a comment, an issue comment: the column is a MySQL text of 65,536 characters. */
export const MAX_BODY_CHARACTERS = 65_536;

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

export const REVIEW_STATES = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
} as const;

export interface CommentInput {
  readonly path: string;
  readonly body: string;
  readonly position?: number;
  readonly line?: number;
  readonly side?: string;
  readonly start_line?: number;
  readonly start_side?: string;
}

export interface ReviewInput {
  readonly event: ReviewEvent | undefined;
  readonly text: string;
  readonly comments: readonly CommentInput[];
  readonly commitId: string;
  readonly login: string;
}

/** The first problem, or undefined. */
export function checkReview(
  { author, head, commits, reviews }: PullRequest,
  { event, text, comments, commitId, login }: ReviewInput,
): string | undefined {
  const needsBody = event === 'REQUEST_CHANGES' || event === 'COMMENT';
  if (text.trim() === '' && needsBody) return `Review body is required for ${event}`;
  if (text.trim() === '' && comments.length === 0 && event === undefined)
    return 'Review must have a body or comments';
  if (text.length > MAX_BODY_CHARACTERS)
    return `Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
  if (login === author && event === 'APPROVE') return 'Can not approve your own pull request';
  if (login === author && event === 'REQUEST_CHANGES')
    return 'Can not request changes on your own pull request';
  if (commitId !== head.sha && !commits.some(({ sha }) => sha === commitId)) {
    return 'The commit_id is not part of the pull request';
  }
  if (reviews.some((review) => review.state === 'PENDING' && review.author === login)) {
    return 'User can only have one pending review per pull request';
  }
  return undefined;
}
