// Opening, moving and closing pull requests, with what GitHub does beside: refs, webhooks, workflow triggers.
import { fetchCommit, resolveCommit, writeRef } from './git/bare-repository.ts';
import { countChanges } from './git/changed-files.ts';
import { listCommits, readMergeBase } from './git/read-commits.ts';
import { sendEvent } from './webhooks/events.ts';
import { composePullRequestPayload, type PullRequestChange } from './webhooks/payloads.ts';
import {
  getRepository,
  now,
  takeId,
  takeNumber,
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
  const from = findHead(world, repository, input.head);
  if (!from) throw new Error(`${input.head} is no branch of ${repository.fullName} or of a fork of it`);
  const headSha = await resolveCommit(from.repository.gitDir, `refs/heads/${from.branch}`);
  const baseSha = await resolveCommit(repository.gitDir, `refs/heads/${input.base}`);
  if (headSha === undefined || baseSha === undefined)
    throw new Error(`there is no branch ${headSha === undefined ? input.head : input.base}`);
  const pull: PullRequest = {
    id: takeId(world),
    number: takeNumber(repository),
    title: input.title,
    body: input.body ?? null,
    author: input.author,
    state: 'open',
    draft: input.draft ?? false,
    head: { ...from, sha: headSha },
    base: { branch: input.base, sha: baseSha },
    changes: { files: 0, additions: 0, deletions: 0 },
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

/** Where a pull request comes from: a branch of the repository, or `owner:branch` of a fork. */
export function findHead(
  world: World,
  repository: Repository,
  head: string,
): { readonly repository: Repository; readonly branch: string } | undefined {
  const colon = head.indexOf(':');
  const owner = colon < 0 ? repository.owner : head.slice(0, colon);
  const branch = head.slice(colon + 1);
  if (owner.toLowerCase() === repository.owner.toLowerCase()) return { repository, branch };
  const forks = world.repositories.filter(({ forkOf, deleted }) => forkOf === repository && !deleted);
  const fork = forks.find((candidate) => candidate.owner.toLowerCase() === owner.toLowerCase());
  return fork && { repository: fork, branch };
}

/** Tells open pull requests of a branch that it moved; those into it just learn their new base. */
export async function moveBranch(
  world: World,
  moved: Repository,
  branch: string,
  before: string,
  after: string,
): Promise<void> {
  for (const repository of world.repositories) {
    for (const pull of repository.pulls.filter(({ state }) => state === 'open')) {
      const { head, base } = pull;
      if (repository === moved && base.branch === branch) base.sha = after;
      if (head.repository !== moved || head.branch !== branch) continue;
      head.sha = after;
      pull.updatedAt = now();
      await publishHead(repository, pull);
      announce(world, repository, pull, { action: 'synchronize', before, after });
    }
  }
}

export function closePullRequest(world: World, fullName: string, pull: PullRequest): void {
  const repository = getRepository(world, fullName);
  pull.state = 'closed';
  pull.updatedAt = now();
  announce(world, repository, pull, { action: 'closed' });
}

/** `refs/pull/N/head` of the base repository: how a fork's commits are reached. */
async function publishHead(repository: Repository, pull: PullRequest): Promise<void> {
  const { gitDir } = repository;
  const ref = `refs/pull/${pull.number}/head`;
  const { head, base } = pull;
  if (head.repository === repository) await writeRef(gitDir, ref, head.sha);
  else await fetchCommit(gitDir, head.repository.gitDir, head.sha, ref);
  pull.commits.splice(0, pull.commits.length, ...(await listCommits(gitDir, base.sha, head.sha)));
  const mergeBase = (await readMergeBase(gitDir, base.sha, head.sha)) ?? base.sha;
  pull.changes = await countChanges(gitDir, mergeBase, head.sha);
}

function announce(world: World, repository: Repository, pull: PullRequest, change: PullRequestChange): void {
  const payload = composePullRequestPayload(world, repository, pull, change);
  sendEvent(world, repository, 'pull_request', payload);
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
