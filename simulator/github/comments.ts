// What people say and do about a pull request and its review comments, with what GitHub does beside: workflow triggers.
import { presentIssueComment, presentPullRequest, presentReviewComment } from './present/pull-request.ts';
import { presentRepository, presentUserByLogin } from './present/repository.ts';
import {
  getPullRequest,
  getRepository,
  now,
  takeId,
  type IssueComment,
  type PullRequest,
  type Repository,
  type ReviewComment,
  type WorkflowTrigger,
  type World,
} from './world.ts';
import { resolveCommit } from './git/bare-repository.ts';

/** A comment in the conversation; workflows of the default branch hear of it. */
export async function addComment(
  world: World,
  fullName: string,
  number: number,
  author: string,
  body: string,
): Promise<IssueComment> {
  const repository = getRepository(world, fullName);
  const pull = getPullRequest(world, fullName, number);
  const comment = { id: takeId(world), number, author, body, createdAt: now(), reactions: [] };
  repository.issueComments.push(comment);
  const { defaultBranch, gitDir } = repository;
  await trigger(world, repository, {
    event: 'issue_comment',
    ref: `refs/heads/${defaultBranch}`,
    sha: (await resolveCommit(gitDir, `refs/heads/${defaultBranch}`)) ?? '',
    actor: author,
    fromFork: false,
    payload: {
      action: 'created',
      issue: {
        number,
        title: pull.title,
        pull_request: { url: `${world.apiUrl}/repos/${fullName}/pulls/${number}` },
      },
      comment: presentIssueComment(world, repository, comment),
    },
  });
  return comment;
}

/** A reply in the thread of a review comment. A fork's gets no secrets, as its pull_request runs get none. */
export async function replyInThread(
  world: World,
  fullName: string,
  commentId: number,
  author: string,
  body: string,
): Promise<ReviewComment> {
  const repository = getRepository(world, fullName);
  const { pull, comment } = findComment(repository, commentId);
  const reply = addReply(world, pull, comment, author, body);
  await trigger(world, repository, {
    event: 'pull_request_review_comment',
    ref: `refs/pull/${pull.number}/merge`,
    sha: pull.head.sha,
    actor: author,
    fromFork: pull.head.repository !== repository,
    payload: {
      action: 'created',
      pull_request: presentPullRequest(world, repository, pull),
      comment: presentReviewComment(world, repository, pull, reply),
    },
  });
  return reply;
}

export function addReply(
  world: World,
  pull: PullRequest,
  first: ReviewComment,
  author: string,
  body: string,
): ReviewComment {
  const ids = { id: takeId(world), inReplyTo: first.id, author, body, createdAt: now() };
  const reply: ReviewComment = { ...first, ...ids, resolvedBy: undefined, reactions: [] };
  pull.comments.push(reply);
  return reply;
}

export function findComment(
  repository: Repository,
  id: number,
): { readonly pull: PullRequest; readonly comment: ReviewComment } {
  for (const pull of repository.pulls) {
    const comment = pull.comments.find((candidate) => candidate.id === id);
    if (comment) return { pull, comment };
  }
  throw new Error(`${repository.fullName} has no review comment ${id}`);
}

async function trigger(
  world: World,
  repository: Repository,
  { payload, ...rest }: Omit<WorkflowTrigger, 'repository'>,
): Promise<void> {
  const sender = presentUserByLogin(world, rest.actor);
  const whole = { ...payload, repository: presentRepository(world, repository), sender };
  for (const listener of world.listeners) listener({ ...rest, repository, payload: whole });
  await Promise.resolve();
}
