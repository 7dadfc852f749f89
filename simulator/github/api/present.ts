// What is remembered → the objects that GitHub's API shows. Each begins as the example of the published description,
// so that every described field is there, and is filled from state.
import { readFileSync } from 'node:fs';
import type {
  CheckRun,
  Delivery,
  Hook,
  PullRequest,
  Repository,
  Review,
  ReviewComment,
  User,
  WorkflowRun,
  World,
} from '../world.ts';
import { getUser } from '../world.ts';

type Json = Record<string, unknown>;

const { components } = JSON.parse(
  readFileSync(new URL('../openapi/api.github.com.json', import.meta.url), 'utf8'),
) as { components: { examples: Record<string, { value: unknown }> } };

function example(name: string): Json {
  const value = structuredClone(components.examples[name]?.value);
  return (Array.isArray(value) ? value[0] : value) as Json;
}

/** The example's addresses, moved to the local GitHub and to this repository. */
function relocate(value: Json, { apiUrl, url }: World, { fullName }: Repository): Json {
  const text = JSON.stringify(value)
    .replaceAll('https://api.github.com/repos/octocat/Hello-World', `${apiUrl}/repos/${fullName}`)
    .replaceAll('https://github.com/octocat/Hello-World', `${url}/${fullName}`);
  return JSON.parse(text) as Json;
}

export function presentUser(world: World, { id, login, type }: User): Json {
  const api = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `${world.url}/avatars/${id}`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
}

export function presentRepository(world: World, repository: Repository): Json {
  const { id, name, fullName, owner, defaultBranch } = repository;
  const {
    parent: _parent,
    source: _source,
    template_repository: _template,
    organization: _org,
    ...base
  } = relocate(example('full-repository-default-response'), world, repository);
  return {
    ...base,
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: presentUser(world, getUser(world, owner)),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    fork: repository.forkOf !== undefined,
    default_branch: defaultBranch,
    url: `${world.apiUrl}/repos/${fullName}`,
    html_url: `${world.url}/${fullName}`,
    clone_url: `${world.url}/${fullName}.git`,
    language: null,
    archived: false,
    disabled: false,
  };
}

function presentBranch(world: World, repository: Repository, branch: string, sha: string): Json {
  const user = presentUser(world, getUser(world, repository.owner));
  return {
    label: `${repository.owner}:${branch}`,
    ref: branch,
    sha,
    user,
    repo: presentRepository(world, repository),
  };
}

export function presentPullRequest(world: World, repository: Repository, pull: PullRequest): Json {
  const { number, head, base } = pull;
  const api = `${world.apiUrl}/repos/${repository.fullName}`;
  return {
    ...relocate(example('pull-request'), world, repository),
    url: `${api}/pulls/${number}`,
    html_url: `${world.url}/${repository.fullName}/pull/${number}`,
    issue_url: `${api}/issues/${number}`,
    id: pull.id,
    node_id: `PR_${pull.id}`,
    number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: presentUser(world, getUser(world, pull.author)),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === 'closed' ? pull.updatedAt : null,
    merged_at: null,
    merged: false,
    merged_by: null,
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: presentBranch(world, head.repository, head.branch, head.sha),
    base: presentBranch(world, repository, base.branch, base.sha),
    commits: pull.commits.length,
    comments: 0,
    review_comments: pull.comments.length,
  };
}

export function presentHook({ apiUrl }: World, { fullName }: Repository, hook: Hook): Json {
  const url = `${apiUrl}/repos/${fullName}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      content_type: hook.contentType,
      insecure_ssl: hook.insecureSsl,
      url: hook.url,
      ...(hook.secret === undefined ? {} : { secret: '********' }),
    },
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.lastResponse,
  };
}

export function presentDelivery(repository: Repository, delivery: Delivery): Json {
  return {
    id: Number(delivery.id),
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: repository.id,
    throttled_at: null,
  };
}

export function presentWholeDelivery(repository: Repository, delivery: Delivery): Json {
  const { request, response } = delivery;
  return {
    ...presentDelivery(repository, delivery),
    url: '',
    request: { headers: request.headers, payload: JSON.parse(request.body) as unknown },
    response: { headers: response.headers, payload: response.body },
  };
}

export function presentReview(world: World, repository: Repository, pull: PullRequest, review: Review): Json {
  const html = `${world.url}/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const api = `${world.apiUrl}/repos/${repository.fullName}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: presentUser(world, getUser(world, review.author)),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
    author_association: 'CONTRIBUTOR',
  };
}

export function presentReviewComment(
  world: World,
  repository: Repository,
  pull: PullRequest,
  comment: ReviewComment,
): Json {
  return {
    ...relocate(example('pull-request-review-comment-items'), world, repository),
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    pull_request_review_id: comment.reviewId,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: presentUser(world, getUser(world, comment.author)),
    body: comment.body,
    side: comment.side,
    line: comment.line,
    original_line: comment.line,
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startSide,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    pull_request_url: `${world.apiUrl}/repos/${repository.fullName}/pulls/${pull.number}`,
  };
}

export function presentCheckRun(world: World, repository: Repository, check: CheckRun): Json {
  const base = relocate(example('check-run-example-of-in-progress-conclusion'), world, repository);
  return {
    ...base,
    id: check.id,
    head_sha: check.headSha,
    node_id: `CR_${check.id}`,
    external_id: '',
    url: `${world.apiUrl}/repos/${repository.fullName}/check-runs/${check.id}`,
    html_url: `${world.url}/${repository.fullName}/runs/${check.id}`,
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    name: check.name,
    output: {
      ...(base['output'] as Json),
      title: check.title,
      summary: check.summary,
      text: null,
      annotations_count: 0,
    },
    app: { ...(base['app'] as Json), slug: check.appSlug, name: check.appSlug },
    pull_requests: [],
  };
}

export function presentWorkflowRun(world: World, repository: Repository, run: WorkflowRun): Json {
  const base = relocate(example('workflow-run'), world, repository);
  const actor = presentUser(world, getUser(world, run.actor));
  return {
    ...base,
    id: run.id,
    name: run.name,
    node_id: `WFR_${run.id}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    run_number: run.id,
    event: run.event,
    display_title: run.displayTitle,
    status: run.status,
    conclusion: run.conclusion,
    url: `${world.apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`,
    html_url: `${world.url}/${repository.fullName}/actions/runs/${run.id}`,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
  };
}
