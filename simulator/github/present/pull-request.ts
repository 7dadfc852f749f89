// Pull requests, their reviews and comments as the API shows them.
import type { IssueComment, PullRequest, Repository, Review, ReviewComment, World } from '../world.ts';
import { relocateExample, type Json } from './example.ts';
import { presentAssociation, presentRepositoryReference, presentUserByLogin } from './repository.ts';

/** The number and the head of the description's example, in its addresses. */
function renumber(value: Json, { number, head }: PullRequest): Json {
  const text = JSON.stringify(value)
    .replaceAll(/(\/(?:pulls?|issues)\/)1347\b/g, `$1${number}`)
    .replaceAll(/(\/statuses\/)[0-9a-f]{40}/g, `$1${head.sha}`);
  return JSON.parse(text) as Json;
}

export function presentPullRequest(world: World, repository: Repository, pull: PullRequest): Json {
  return {
    ...presentPullRequestInList(world, repository, pull),
    merged: false,
    merged_by: null,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    maintainer_can_modify: pull.head.repository !== repository,
    comments: repository.issueComments.filter(({ number }) => number === pull.number).length,
    review_comments: pull.comments.length,
    commits: pull.commits.length,
    additions: pull.changes.additions,
    deletions: pull.changes.deletions,
    changed_files: pull.changes.files,
  };
}

export function presentPullRequestInList(world: World, repository: Repository, pull: PullRequest): Json {
  const { id, number, head, base } = pull;
  return {
    ...renumber(relocateExample('pull-request-simple-items', world, repository), pull),
    url: `${world.apiUrl}/repos/${repository.fullName}/pulls/${number}`,
    html_url: `${world.url}/${repository.fullName}/pull/${number}`,
    id,
    node_id: `PR_${id}`,
    number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: presentUserByLogin(world, pull.author),
    author_association: presentAssociation(repository, pull.author),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === 'closed' ? pull.updatedAt : null,
    merged_at: null,
    merge_commit_sha: null,
    auto_merge: null,
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: presentBranch(world, head.repository, head.branch, head.sha),
    base: presentBranch(world, repository, base.branch, base.sha),
  };
}

/** `repo` is null when the fork is gone. */
function presentBranch(world: World, repository: Repository, branch: string, sha: string): Json {
  return {
    label: `${repository.owner}:${branch}`,
    ref: branch,
    sha,
    user: presentUserByLogin(world, repository.owner),
    repo: repository.deleted ? null : presentRepositoryReference(world, repository),
  };
}

export function presentReview(world: World, repository: Repository, pull: PullRequest, review: Review): Json {
  const html = `${world.url}/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const api = `${world.apiUrl}/repos/${repository.fullName}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: presentUserByLogin(world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    _links: { html: { href: html }, pull_request: { href: api } },
    ...(review.submittedAt === undefined ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
    author_association: presentAssociation(repository, review.author),
  };
}

export function presentReviewComment(
  world: World,
  repository: Repository,
  pull: PullRequest,
  comment: ReviewComment,
): Json {
  const api = `${world.apiUrl}/repos/${repository.fullName}/pulls`;
  const html = `${world.url}/${repository.fullName}/pull/${pull.number}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    url: `${api}/comments/${comment.id}`,
    html_url: html,
    pull_request_url: `${api}/${pull.number}`,
    _links: {
      self: { href: `${api}/comments/${comment.id}` },
      html: { href: html },
      pull_request: { href: `${api}/${pull.number}` },
    },
    pull_request_review_id: comment.reviewId,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: comment.position,
    original_position: comment.position,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: presentUserByLogin(world, comment.author),
    author_association: presentAssociation(repository, comment.author),
    body: comment.body,
    side: comment.side,
    line: comment.line,
    original_line: comment.line,
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startSide,
    subject_type: 'line',
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    ...(comment.inReplyTo === undefined ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

export function presentIssueComment(world: World, repository: Repository, comment: IssueComment): Json {
  const { id, number, author, body, createdAt } = comment;
  const api = `${world.apiUrl}/repos/${repository.fullName}/issues`;
  return {
    id,
    node_id: `IC_${id}`,
    url: `${api}/comments/${id}`,
    html_url: `${world.url}/${repository.fullName}/pull/${number}#issuecomment-${id}`,
    issue_url: `${api}/${number}`,
    body,
    user: presentUserByLogin(world, author),
    author_association: presentAssociation(repository, author),
    created_at: createdAt,
    updated_at: createdAt,
  };
}
