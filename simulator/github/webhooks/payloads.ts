// What happened → the body GitHub would send: the shape is that of a recorded payload, the content is what is
// remembered here.
import { createRequire } from 'node:module';
import type { Json } from '../present/example.ts';
import { presentHook } from '../present/hook.ts';
import { presentPullRequest } from '../present/pull-request.ts';
import { presentRepository, presentUserByLogin } from '../present/repository.ts';
import type { Hook, Issue, PullRequest, Repository, World } from '../world.ts';

type Recorded = readonly { readonly name: string; readonly examples: readonly Json[] }[];

let recorded: Recorded | undefined;

/** The package is one JSON file, described by its own types as an ES module and required as what it is. */
function readRecorded(): Recorded {
  recorded ??= createRequire(import.meta.url)('@octokit/webhooks-examples') as Recorded;
  return recorded;
}

function findRecorded(event: string, action: string): Json {
  const examples = readRecorded().find(({ name }) => name === event)?.examples ?? [];
  const example = examples.find((payload) => payload['action'] === action);
  if (!example) throw new Error(`there is no recorded payload of ${event} ${action}`);
  return structuredClone(example);
}

export interface PullRequestChange {
  readonly action: 'opened' | 'synchronize' | 'closed' | 'reopened' | 'edited';
  readonly before?: string;
  readonly after?: string;
}

export function composePullRequestPayload(
  world: World,
  repository: Repository,
  pull: PullRequest,
  { action, before, after }: PullRequestChange,
): Json {
  const base = findRecorded('pull_request', action);
  const { organization: _organization, installation: _installation, ...rest } = base;
  return {
    ...rest,
    action,
    number: pull.number,
    pull_request: { ...(base['pull_request'] as Json), ...presentPullRequest(world, repository, pull) },
    ...(before === undefined ? {} : { before, after }),
    repository: { ...(base['repository'] as Json), ...presentRepository(world, repository) },
    sender: presentUserByLogin(world, pull.author),
  };
}

export function composeIssuePayload(world: World, repository: Repository, issue: Issue): Json {
  const {
    organization: _organization,
    installation: _installation,
    ...rest
  } = findRecorded('issues', 'opened');
  const { id, number, title, body, author, createdAt } = issue;
  const url = `${world.apiUrl}/repos/${repository.fullName}/issues/${number}`;
  return {
    ...rest,
    issue: {
      ...(rest['issue'] as Json),
      id,
      number,
      title,
      body,
      url,
      html_url: `${world.url}/${repository.fullName}/issues/${number}`,
      user: presentUserByLogin(world, author),
      created_at: createdAt,
      updated_at: createdAt,
    },
    repository: { ...(rest['repository'] as Json), ...presentRepository(world, repository) },
    sender: presentUserByLogin(world, author),
  };
}

export function composePingPayload(world: World, repository: Repository, hook: Hook, login: string): Json {
  return {
    zen: 'Keep it logically awesome.',
    hook_id: hook.id,
    hook: presentHook(world, repository, hook),
    repository: presentRepository(world, repository),
    sender: presentUserByLogin(world, login),
  };
}
