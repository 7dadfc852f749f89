// Opening, moving and closing pull requests, with what GitHub does beside: refs, webhooks, workflow triggers.
import { fetchCommit, listCommits, resolveCommit } from './git/bare-repository.ts';
import { runGit } from './git/run-git.ts';
import { sendPullRequestEvent } from './webhooks/send.ts';
import type { PullRequestChange } from './webhooks/payloads.ts';
import {
  findRepository,
  getRepository,
  now,
  takeId,
  type PullRequest,
  type Repository,
  type World,
} from './world.ts';

export interface PullRequestInput {
  readonly repository: string;
  /** `branch`, or `forkOwner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body?: string | null;
  readonly author: string;
  readonly draft?: boolean;
}

export async function openPullRequest(world: World, input: PullRequestInput): Promise<PullRequest> {
  const repository = getRepository(world, input.repository);
  const [owner, branch] = input.head.includes(':') ? input.head.split(':', 2) : [undefined, input.head];
  const from = owner === undefined ? repository : findFork(world, repository, owner);
  const number = repository.pulls.length + 1;
  const headSha = await resolveCommit(from.gitDir, `refs/heads/${branch}`);
  const baseSha = await resolveCommit(repository.gitDir, `refs/heads/${input.base}`);
  if (headSha === undefined || baseSha === undefined)
    throw new Error(`no branch ${headSha ? input.base : input.head}`);
  const pull: PullRequest = {
    id: takeId(world),
    number,
    title: input.title,
    body: input.body ?? null,
    author: input.author,
    state: 'open',
    draft: input.draft ?? false,
    head: { repository: from, branch: branch ?? '', sha: headSha },
    base: { branch: input.base, sha: baseSha },
    createdAt: now(),
    updatedAt: now(),
    reviews: [],
    comments: [],
    commits: [],
  };
  await publishHead(repository, pull);
  repository.pulls.push(pull);
  announce(world, repository, pull, { action: 'opened' });
  return pull;
}

/** Tells open pull requests of a branch that it moved. */
export async function moveHeads(
  world: World,
  moved: Repository,
  branch: string,
  before: string,
  after: string,
): Promise<void> {
  for (const repository of world.repositories) {
    for (const pull of repository.pulls) {
      const { head } = pull;
      if (pull.state === 'closed' || head.repository !== moved || head.branch !== branch) continue;
      head.sha = after;
      pull.updatedAt = now();
      await publishHead(repository, pull);
      announce(world, repository, pull, { action: 'synchronize', before, after });
    }
  }
}

export function closePullRequest(world: World, repository: Repository, pull: PullRequest): void {
  pull.state = 'closed';
  pull.updatedAt = now();
  announce(world, repository, pull, { action: 'closed' });
}

/** `refs/pull/N/head` of the base repository: how a fork's commits are reached. */
async function publishHead(repository: Repository, pull: PullRequest): Promise<void> {
  const ref = `refs/pull/${pull.number}/head`;
  const { head, base } = pull;
  if (head.repository === repository) await runGit(repository.gitDir, ['update-ref', ref, head.sha]);
  else await fetchCommit(repository.gitDir, head.repository.gitDir, head.sha, ref);
  pull.commits.splice(0, pull.commits.length, ...(await listCommits(repository.gitDir, base.sha, head.sha)));
}

function announce(world: World, repository: Repository, pull: PullRequest, change: PullRequestChange): void {
  const payload = sendPullRequestEvent(world, repository, pull, change);
  for (const listener of world.listeners) {
    listener({
      event: 'pull_request',
      repository,
      payload,
      ref: `refs/pull/${pull.number}/merge`,
      sha: pull.head.sha,
      actor: pull.author,
      fromFork: pull.head.repository !== repository,
    });
  }
}

function findFork(world: World, of: Repository, owner: string): Repository {
  const fork = world.repositories.find((candidate) => candidate.owner === owner && candidate.forkOf === of);
  const own = findRepository(world, `${owner}/${of.name}`);
  const found = fork ?? own;
  if (!found) throw new Error(`${owner} has no fork of ${of.fullName}`);
  return found;
}
