// Pull requests, their reviews and review comments.
import { findDiffHunk, readFileHunks } from '../rules/commentable-lines.ts';
import { now, takeId, type PullRequest, type Repository, type Review, type ReviewComment } from '../world.ts';
import { notFound, paginate, Refusal, type Call, type Handler } from './call.ts';
import { presentPullRequest, presentReview, presentReviewComment } from './present.ts';

const MAX_BODY_CHARACTERS = 65_536;

export const getPull: Handler = (call) => ({
  status: 200,
  body: presentPullRequest(call.world, call.repository, findPull(call)),
});

export const listPulls: Handler = (call) => {
  const state = call.query.get('state') ?? 'open';
  const pulls = call.repository.pulls.filter((pull) => state === 'all' || pull.state === state).toReversed();
  return paginate(
    call,
    pulls.map((pull) => presentPullRequest(call.world, call.repository, pull)),
  );
};

export const listReviews: Handler = (call) => {
  const pull = findPull(call);
  return paginate(
    call,
    pull.reviews.map((review) => presentReview(call.world, call.repository, pull, review)),
  );
};

export const listReviewComments: Handler = (call) => {
  const pull = findPull(call);
  return paginate(
    call,
    pull.comments.map((comment) => presentReviewComment(call.world, call.repository, pull, comment)),
  );
};

interface CommentInput {
  readonly path: string;
  readonly body: string;
  readonly position?: number;
  readonly line?: number;
  readonly side?: string;
  readonly start_line?: number;
  readonly start_side?: string;
}

/** All or nothing: one comment that cannot be placed refuses the whole review. */
export const createReview: Handler = async (call) => {
  const { world, repository, token, body } = call;
  const pull = findPull(call);
  const event = body['event'] as 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT' | undefined;
  const text = (body['body'] as string | undefined) ?? '';
  const comments = (body['comments'] ?? []) as readonly CommentInput[];
  const commitId = (body['commit_id'] as string | undefined) ?? pull.head.sha;
  checkReview(pull, { event, text, comments, commitId, login: token.login });
  const review: Review = {
    id: takeId(world),
    author: token.login,
    body: text,
    state: event === undefined ? 'PENDING' : STATES[event],
    commitId,
    submittedAt: now(),
  };
  const placed = await Promise.all(
    comments.map((comment) => placeComment(repository, pull, commitId, comment)),
  );
  pull.reviews.push(review);
  for (const comment of placed) {
    pull.comments.push({
      ...comment,
      id: takeId(world),
      reviewId: review.id,
      author: token.login,
      createdAt: now(),
    });
  }
  return { status: 200, body: presentReview(world, repository, pull, review) };
};

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

interface ReviewInput {
  readonly event: string | undefined;
  readonly text: string;
  readonly comments: readonly CommentInput[];
  readonly commitId: string;
  readonly login: string;
}

function checkReview(pull: PullRequest, { event, text, comments, commitId, login }: ReviewInput): void {
  if (text === '' && comments.length === 0 && event !== 'APPROVE')
    throw unprocessable('Review must have a body or comments');
  if (text === '' && event === 'REQUEST_CHANGES')
    throw unprocessable('Review body is required to request changes');
  if (text.length > MAX_BODY_CHARACTERS)
    throw unprocessable(`Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`);
  if (login === pull.author && event !== 'COMMENT' && event !== undefined) {
    throw unprocessable(
      event === 'APPROVE'
        ? 'Can not approve your own pull request'
        : 'Can not request changes on your own pull request',
    );
  }
  if (pull.head.sha !== commitId && !pull.commits.some(({ sha }) => sha === commitId)) {
    throw unprocessable('The commit_id is not part of the pull request');
  }
}

type PlacedComment = Omit<ReviewComment, 'id' | 'reviewId' | 'author' | 'createdAt'>;

async function placeComment(
  repository: Repository,
  pull: PullRequest,
  commitId: string,
  { path, body, line, side = 'RIGHT', start_line: startLine, start_side: startSide, position }: CommentInput,
): Promise<PlacedComment> {
  if (body.trim() === '') throw unprocessable("Body can't be blank");
  if (body.length > MAX_BODY_CHARACTERS)
    throw unprocessable(`Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`);
  if (position !== undefined) throw unprocessable('position is closing down: use line and side');
  if (side !== 'RIGHT' && side !== 'LEFT') throw unprocessable('side must be LEFT or RIGHT');
  if (startLine !== undefined && (startSide ?? side) !== side)
    throw unprocessable('start_side must be the side of the line');
  const range = { gitDir: repository.gitDir, baseSha: pull.base.sha, headSha: commitId };
  const hunks = await readFileHunks(range, path);
  if (!hunks) throw unprocessable('Path could not be resolved');
  if (line === undefined || (startLine !== undefined && startLine >= line))
    throw unprocessable('Line could not be resolved');
  const diffHunk = findDiffHunk(hunks, { side, line, startLine });
  if (diffHunk === undefined) throw unprocessable('Line could not be resolved');
  return {
    path,
    body,
    side,
    line,
    startLine: startLine ?? null,
    startSide: startLine === undefined ? null : side,
    commitId,
    diffHunk,
  };
}

function unprocessable(problem: string): Refusal {
  return new Refusal(422, 'Unprocessable Entity', [problem]);
}

function findPull({ repository, params }: Call): PullRequest {
  const pull = repository.pulls.find(({ number }) => number === Number(params['pull_number']));
  if (!pull) throw notFound();
  return pull;
}
