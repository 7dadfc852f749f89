// Repositories and what is committed to them: made, forked, pushed to.
import { join } from 'node:path';
import {
  commitChange,
  copyBranches,
  createBareRepository,
  fetchCommit,
  resolveCommit,
  type Change,
} from './git/bare-repository.ts';
import { readGit } from './git/run-git.ts';
import { moveBranch } from './pull-requests.ts';
import { ensureUser, getRepository, takeId, type Repository, type World } from './world.ts';

export interface RepositoryOptions {
  readonly files?: Change['files'];
  readonly defaultBranch?: string;
  readonly private?: boolean;
}

export interface CommitInput extends Change {
  /** Branch to start from when the branch is new; the default branch unless told. */
  readonly from?: string;
}

async function addRepository(
  world: World,
  owner: string,
  name: string,
  options: RepositoryOptions,
  forkOf?: Repository,
): Promise<Repository> {
  const { login } = ensureUser(world, owner);
  const defaultBranch = options.defaultBranch ?? 'main';
  const repository: Repository = {
    id: takeId(world),
    owner: login,
    name,
    get fullName() {
      return `${this.owner}/${this.name}`;
    },
    formerNames: [],
    private: options.private ?? false,
    defaultBranch,
    gitDir: join(world.root, `${takeId(world)}.git`),
    forkOf,
    hooks: [],
    pulls: [],
    checkRuns: [],
    workflowRuns: [],
    issues: [],
    issueComments: [],
    collaborators: new Map(),
    actionsEnabled: true,
    disabledWorkflows: new Set(),
    deleted: false,
  };
  await createBareRepository(repository.gitDir, defaultBranch);
  world.repositories.push(repository);
  return repository;
}

export async function createRepository(
  world: World,
  owner: string,
  name: string,
  options: RepositoryOptions = {},
): Promise<Repository> {
  const repository = await addRepository(world, owner, name, options);
  if (options.files) {
    const change = { files: options.files, message: 'First commit', author: owner };
    await commitChange(repository.gitDir, repository.defaultBranch, undefined, change);
  }
  return repository;
}

export async function fork(world: World, fullName: string, login: string): Promise<Repository> {
  const origin = getRepository(world, fullName);
  const copy = await addRepository(
    world,
    login,
    origin.name,
    { defaultBranch: origin.defaultBranch },
    origin,
  );
  await copyBranches(origin.gitDir, copy.gitDir);
  return copy;
}

export async function commit(
  world: World,
  fullName: string,
  branch: string,
  { from, ...change }: CommitInput,
): Promise<string> {
  const repository = getRepository(world, fullName);
  const { gitDir, defaultBranch } = repository;
  const before = await resolveCommit(gitDir, `refs/heads/${branch}`);
  const start = before ?? (await resolveCommit(gitDir, `refs/heads/${from ?? defaultBranch}`));
  const after = await commitChange(gitDir, branch, start, change);
  if (before !== undefined) await moveBranch(world, repository, branch, before, after);
  return after;
}

export async function importCommit(
  world: World,
  fullName: string,
  branch: string,
  folder: string,
  revision: string,
): Promise<string> {
  const repository = getRepository(world, fullName);
  const { gitDir } = repository;
  const before = await resolveCommit(gitDir, `refs/heads/${branch}`);
  const from = await readGit(
    undefined,
    '-C',
    folder,
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
  );
  await fetchCommit(gitDir, from, revision, `refs/heads/${branch}`);
  const after = await readGit(gitDir, 'rev-parse', `refs/heads/${branch}`);
  if (before !== undefined) await moveBranch(world, repository, branch, before, after);
  return after;
}
