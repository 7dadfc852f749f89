// Reviews of a pull request and their comments.
import { presentReview, presentReviewComment } from '../present/pull-request.ts';
import { presentUserByLogin } from '../present/repository.ts';
import { addReply } from '../comments.ts';
import {
  checkReview,
  MAX_BODY_CHARACTERS,
  REVIEW_STATES,
  type CommentInput,
  type ReviewEvent,
} from '../rules/review.ts';
import { readFileHunks } from '../rules/commentable-lines.ts';
import { placeComment } from '../rules/place-comment.ts';
import { now, takeId, type PullRequest, type Reaction, type Review, type ReviewComment } from '../world.ts';
import {
  BrokenRule,
  notFound,
  Refusal,
  unprocessable,
  type Answer,
  type Call,
  type Handler,
} from './call.ts';
import { paginate } from './paginate.ts';
import { findPull } from './pulls.ts';

/** Oldest first. A pending review is seen by its author only. */
export const listReviews: Handler = (call) => {
  const pull = findPull(call);
  const seen = pull.reviews.filter((review) => isSeen(call, review));
  return paginate(call, seen, (page) =>
    page.map((review) => presentReview(call.world, call.repository, pull, review)),
  );
};

export const getReview: Handler = (call) => {
  const pull = findPull(call);
  const review = pull.reviews.find(({ id }) => id === Number(call.params['review_id']));
  if (!review || !isSeen(call, review)) throw notFound();
  return { status: 200, body: presentReview(call.world, call.repository, pull, review) };
};

/** Only its author may change the text of a review. */
export const updateReview: Handler = (call) => {
  const { world, repository, params, token, body } = call;
  const pull = findPull(call);
  const review = pull.reviews.find(({ id }) => id === Number(params['review_id']));
  if (!review || !isSeen(call, review)) throw notFound();
  if (review.author !== token.login) throw new Refusal(403, 'Resource not accessible by integration');
  review.body = checkText(body['body']);
  return { status: 200, body: presentReview(world, repository, pull, review) };
};

function checkText(given: unknown): string {
  const text = String(given);
  if (text.trim() === '') throw unprocessable(["Body can't be blank"]);
  if (text.length > MAX_BODY_CHARACTERS)
    throw unprocessable([`Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`]);
  return text;
}

export const updateReviewComment: Handler = (call) => {
  const { world, repository, token, body } = call;
  const { pull, comment } = findComment(call);
  if (comment.author !== token.login) throw new Refusal(403, 'Resource not accessible by integration');
  comment.body = checkText(body['body']);
  return { status: 200, body: presentReviewComment(world, repository, pull, comment) };
};

export const replyToReviewComment: Handler = (call) => {
  const { world, repository, token, body } = call;
  const { pull, comment } = findComment(call);
  if (comment.inReplyTo !== undefined) throw unprocessable(['Replies to replies are not supported']);
  const reply = addReply(world, pull, comment, token.login, checkText(body['body']));
  return { status: 201, body: presentReviewComment(world, repository, pull, reply) };
};

export const reactToReviewComment: Handler = (call) => {
  const { comment } = findComment(call);
  return react(call, comment.reactions);
};

/** 200 when this account has reacted so before, else 201. */
export function react({ world, token, body }: Call, reactions: Reaction[]): Answer {
  const content = body['content'] as string;
  const before = reactions.some((one) => one.login === token.login && one.content === content);
  if (!before) reactions.push({ login: token.login, content });
  const user = presentUserByLogin(world, token.login);
  const answer = { id: takeId(world), node_id: 'REA_1', user, content, created_at: now() };
  return { status: before ? 200 : 201, body: answer };
}

function findComment({ repository, params }: Call): { pull: PullRequest; comment: ReviewComment } {
  for (const pull of repository.pulls) {
    const comment = pull.comments.find(({ id }) => id === Number(params['comment_id']));
    if (comment) return { pull, comment };
  }
  throw notFound();
}

function isSeen({ token }: Call, { state, author }: Review): boolean {
  return state !== 'PENDING' || author === token.login;
}

export const listReviewComments: Handler = (call) => {
  const { world, repository, query } = call;
  const pull = findPull(call);
  for (const name of ['sort', 'direction', 'since']) {
    if (query.has(name)) throw new BrokenRule(501, `The local GitHub does not serve the parameter ${name}`);
  }
  const pending = new Set(pull.reviews.filter(({ state }) => state === 'PENDING').map(({ id }) => id));
  const seen = pull.comments.filter(({ reviewId }) => !pending.has(reviewId));
  return paginate(call, seen, (page) =>
    page.map((comment) => presentReviewComment(world, repository, pull, comment)),
  );
};

/** All or nothing: one comment that cannot be placed refuses the whole review. */
export const createReview: Handler = async (call) => {
  const { world, repository, token, body } = call;
  const pull = findPull(call);
  const event = body['event'] as ReviewEvent | undefined;
  const text = (body['body'] as string | undefined) ?? '';
  const comments = (body['comments'] ?? []) as readonly CommentInput[];
  const commitId = (body['commit_id'] as string | undefined) ?? pull.head.sha;
  const problem = checkReview(pull, { event, text, comments, commitId, login: token.login });
  if (problem !== undefined) throw unprocessable([problem]);
  const range = { gitDir: repository.gitDir, baseSha: pull.base.sha, headSha: commitId };
  const hunks = new Map<string, ReturnType<typeof readFileHunks>>();
  const readOnce = (path: string): ReturnType<typeof readFileHunks> => {
    const read = hunks.get(path) ?? readFileHunks(range, path);
    hunks.set(path, read);
    return read;
  };
  const placed = await Promise.all(comments.map((comment) => placeComment(commitId, comment, readOnce)));
  const problems = placed.flatMap((result) => (result.kind === 'refused' ? [result.problem] : []));
  if (problems.length > 0) throw unprocessable(problems);
  const review: Review = {
    id: takeId(world),
    author: token.login,
    body: text,
    state: event === undefined ? 'PENDING' : REVIEW_STATES[event],
    commitId,
    submittedAt: event === undefined ? undefined : now(),
  };
  pull.reviews.push(review);
  pull.updatedAt = now();
  for (const result of placed) {
    if (result.kind === 'refused') continue;
    const { comment } = result;
    const ids = { id: takeId(world), reviewId: review.id, author: token.login, createdAt: now() };
    pull.comments.push({ ...comment, ...ids, inReplyTo: undefined, resolvedBy: undefined, reactions: [] });
  }
  return { status: 200, body: presentReview(world, repository, pull, review) };
};
