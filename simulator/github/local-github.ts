// A local GitHub: API, git over HTTP, webhooks, pages, all on one loopback port. `startLocalGitHub()` starts it; its
// methods are what people do on GitHub, its collections are what tests look at. Stricter than the real one: whatever
// it does not know it refuses and lists in `violations`.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults, type Fault } from './api/faults.ts';
import { serveApi, type ApiServer, type RecordedRequest } from './api/serve-api.ts';
import {
  commitChange,
  createBareRepository,
  fetchCommit,
  listFolder,
  readBlob,
  resolveCommit,
  type Change,
} from './git/bare-repository.ts';
import { isFetch, serveGit } from './git/http-backend.ts';
import { runGit } from './git/run-git.ts';
import { openDescription } from './openapi/open-description.ts';
import { servePage } from './pages/serve-page.ts';
import { closePullRequest, moveHeads, openPullRequest, type PullRequestInput } from './pull-requests.ts';
import { redeliver } from './webhooks/send.ts';
import { composeWorkflowRuns, type WorkflowRuns } from './workflow-runs.ts';
import {
  findRepository,
  getPullRequest,
  getRepository,
  getUser,
  now,
  takeId,
  type CheckRun,
  type Delivery,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type TokenPermissions,
  type User,
  type WorkflowTrigger,
  type World,
} from './world.ts';

export type { Fault } from './api/faults.ts';
export type { TokenPermissions, WorkflowTrigger } from './world.ts';

export interface RepositoryOptions {
  readonly files?: Change['files'];
  readonly defaultBranch?: string;
  readonly private?: boolean;
}

export interface CommitInput extends Change {
  /** Branch to start from when the branch is new; the default branch unless told. */
  readonly from?: string;
}

export interface LocalGitHub {
  readonly url: string;
  readonly apiUrl: string;
  createUser(login: string, options?: { readonly type?: User['type'] }): User;
  /** The token's value. A login that ends in `[bot]` acts as an app, as the token of a job does. */
  createToken(
    login: string,
    permissions: TokenPermissions,
    options?: { repositories?: readonly string[] },
  ): string;
  revokeToken(token: string): void;
  createRepository(owner: string, name: string, options?: RepositoryOptions): Promise<Repository>;
  fork(fullName: string, login: string): Promise<Repository>;
  /** A real commit; the branch's open pull requests get a `synchronize`. Returns its SHA. */
  commit(fullName: string, branch: string, change: CommitInput): Promise<string>;
  /** Takes over a commit of any git repository on this machine. Returns its SHA. */
  importCommit(fullName: string, branch: string, gitDir: string, revision: string): Promise<string>;
  renameRepository(fullName: string, newName: string): void;
  openPullRequest(input: PullRequestInput): Promise<PullRequest>;
  closePullRequest(fullName: string, number: number): void;
  /** A review of somebody else, as they would write it by hand. */
  createReview(fullName: string, number: number, author: string, body: string): Review;
  deliveries(fullName?: string): readonly Delivery[];
  redeliver(deliveryId: string): Promise<Delivery>;
  /** Settles when every webhook under way has its answer. */
  settled(): Promise<void>;
  onWorkflowTrigger(listener: (trigger: WorkflowTrigger) => void): () => void;
  readFile(fullName: string, revision: string, path: string): Promise<string | undefined>;
  listFiles(fullName: string, revision: string, folder: string): Promise<string[]>;
  /** Runs as `GET /repos/{owner}/{repo}/actions/runs` shows them; written by whoever runs the workflows. */
  readonly workflowRuns: WorkflowRuns;
  repository(fullName: string): Repository;
  pullRequest(fullName: string, number: number): PullRequest;
  reviews(fullName: string, number: number): readonly Review[];
  reviewComments(fullName: string, number: number): readonly ReviewComment[];
  checkRuns(fullName: string, sha: string): readonly CheckRun[];
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly string[];
  fail(fault: Fault): void;
  close(): Promise<void>;
}

export async function startLocalGitHub(options: { readonly port?: number } = {}): Promise<LocalGitHub> {
  const root = await mkdtemp(join(tmpdir(), 'nectr-github-'));
  const world: World = {
    url: '',
    apiUrl: '',
    root,
    users: new Map(),
    tokens: new Map(),
    repositories: [],
    deliveries: [],
    listeners: new Set(),
    sending: new Set(),
    violations: [],
    nextId: 1_000_000,
  };
  const api: ApiServer = { world, description: await openDescription(), faults: new Faults(), requests: [] };
  const server = createServer((request, response) => {
    route(api, request, response).catch((error: unknown) => {
      world.violations.push(
        `${request.method} ${request.url}: the local GitHub itself failed: ${String(error)}`,
      );
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world.apiUrl = `${world.url}/api/v3`;
  createUser(world, 'github-actions[bot]', 'Bot');
  return {
    ...composeActions(world),
    ...composeViews(world),
    url: world.url,
    apiUrl: world.apiUrl,
    requests: api.requests,
    violations: world.violations,
    fail: (fault) => {
      api.faults.add(fault);
    },
    close: async () => {
      await Promise.allSettled(world.sending);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function route(api: ApiServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const [, fullName, path] = /^\/([^/]+\/[^/]+)\.git(\/.*)$/.exec(pathname) ?? [];
  if (pathname.startsWith('/api/v3')) {
    await serveApi(api, request, response);
  } else if (fullName !== undefined && path !== undefined) {
    serveRepository(api.world, fullName, { path, query: search.slice(1) }, request, response);
  } else {
    servePage(api.world, pathname, response);
  }
}

/** Public repositories are open to all; private ones need a token that reads contents. */
function serveRepository(
  world: World,
  fullName: string,
  asked: { readonly path: string; readonly query: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const repository = findRepository(world, fullName);
  const git = { gitDir: repository?.gitDir ?? '', ...asked };
  const basic = Buffer.from(
    /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '',
    'base64',
  ).toString();
  const token = world.tokens.get(basic.slice(basic.indexOf(':') + 1));
  const wrongToken = basic !== '' && !token;
  const mayRead =
    token?.permissions.contents !== undefined && (token.repositories?.includes(fullName) ?? true);
  if (!repository || !isFetch(git, request.method ?? '')) response.writeHead(404).end();
  else if (wrongToken || (repository.private && !mayRead))
    response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
  else serveGit(git, request, response);
}

function createUser(world: World, login: string, type: User['type'] = 'User'): User {
  const user: User = { id: takeId(world), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}

function composeActions(world: World) {
  const addRepository = async (
    owner: string,
    name: string,
    options: RepositoryOptions,
    forkOf?: Repository,
  ): Promise<Repository> => {
    getUser(world, owner);
    const defaultBranch = options.defaultBranch ?? 'main';
    const repository: Repository = {
      id: takeId(world),
      owner,
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
    };
    await createBareRepository(repository.gitDir, defaultBranch);
    world.repositories.push(repository);
    return repository;
  };
  return {
    createUser: (login: string, options: { readonly type?: User['type'] } = {}) =>
      createUser(world, login, options.type),
    createToken: (
      login: string,
      permissions: TokenPermissions,
      options: { repositories?: readonly string[] } = {},
    ): string => {
      getUser(world, login);
      const value = `${login.endsWith('[bot]') ? 'ghs' : 'github_pat'}_${randomBytes(18).toString('hex')}`;
      world.tokens.set(value, {
        value,
        login,
        permissions,
        repositories: options.repositories,
        requestsLeft: 5000,
      });
      return value;
    },
    revokeToken: (token: string): void => {
      world.tokens.delete(token);
    },
    createRepository: async (
      owner: string,
      name: string,
      options: RepositoryOptions = {},
    ): Promise<Repository> => {
      const repository = await addRepository(owner, name, options);
      if (options.files) {
        const change = { files: options.files, message: 'First commit', author: owner };
        await commitChange(repository.gitDir, repository.defaultBranch, undefined, change);
      }
      return repository;
    },
    fork: async (fullName: string, login: string): Promise<Repository> => {
      const origin = getRepository(world, fullName);
      const fork = await addRepository(login, origin.name, { defaultBranch: origin.defaultBranch }, origin);
      await runGit(fork.gitDir, ['fetch', '--quiet', origin.gitDir, '+refs/heads/*:refs/heads/*']);
      return fork;
    },
    commit: async (fullName: string, branch: string, { from, ...change }: CommitInput): Promise<string> => {
      const repository = getRepository(world, fullName);
      const before = await resolveCommit(repository.gitDir, `refs/heads/${branch}`);
      const start =
        before ?? (await resolveCommit(repository.gitDir, `refs/heads/${from ?? repository.defaultBranch}`));
      const after = await commitChange(repository.gitDir, branch, start, change);
      if (before !== undefined) await moveHeads(world, repository, branch, before, after);
      return after;
    },
    importCommit: async (
      fullName: string,
      branch: string,
      gitDir: string,
      revision: string,
    ): Promise<string> => {
      const repository = getRepository(world, fullName);
      await fetchCommit(repository.gitDir, gitDir, revision, `refs/heads/${branch}`);
      return (await resolveCommit(repository.gitDir, `refs/heads/${branch}`)) ?? '';
    },
    renameRepository: (fullName: string, newName: string): void => {
      const repository = getRepository(world, fullName);
      repository.formerNames.push(fullName);
      repository.name = newName;
    },
    openPullRequest: (input: PullRequestInput) => openPullRequest(world, input),
    closePullRequest: (fullName: string, number: number): void => {
      closePullRequest(world, getRepository(world, fullName), getPullRequest(world, fullName, number));
    },
    createReview: (fullName: string, number: number, author: string, body: string): Review => {
      getUser(world, author);
      const pull = getPullRequest(world, fullName, number);
      const review: Review = {
        id: takeId(world),
        author,
        body,
        state: 'COMMENTED',
        commitId: pull.head.sha,
        submittedAt: now(),
      };
      pull.reviews.push(review);
      return review;
    },
    redeliver: (deliveryId: string): Promise<Delivery> => {
      const delivery = world.deliveries.find(({ id }) => id === deliveryId);
      if (!delivery) throw new Error(`there is no delivery ${deliveryId}`);
      const repository = getRepository(world, delivery.repository);
      const hook = repository.hooks.find(({ id }) => id === delivery.hookId);
      if (!hook) throw new Error(`the hook of delivery ${deliveryId} is gone`);
      return redeliver(world, repository, hook, delivery);
    },
    settled: async (): Promise<void> => {
      while (world.sending.size > 0) await Promise.all(world.sending);
    },
    onWorkflowTrigger: (listener: (trigger: WorkflowTrigger) => void): (() => void) => {
      world.listeners.add(listener);
      return () => world.listeners.delete(listener);
    },
    workflowRuns: composeWorkflowRuns(world),
  };
}

function composeViews(world: World) {
  return {
    deliveries: (fullName?: string) =>
      world.deliveries.filter(({ repository }) => fullName === undefined || repository === fullName),
    readFile: (fullName: string, revision: string, path: string) =>
      readBlob(getRepository(world, fullName).gitDir, revision, path),
    listFiles: (fullName: string, revision: string, folder: string) =>
      listFolder(getRepository(world, fullName).gitDir, revision, folder),
    repository: (fullName: string) => getRepository(world, fullName),
    pullRequest: (fullName: string, number: number) => getPullRequest(world, fullName, number),
    reviews: (fullName: string, number: number) => getPullRequest(world, fullName, number).reviews,
    reviewComments: (fullName: string, number: number) => getPullRequest(world, fullName, number).comments,
    checkRuns: (fullName: string, sha: string) =>
      getRepository(world, fullName).checkRuns.filter(({ headSha }) => headSha === sha),
  };
}
