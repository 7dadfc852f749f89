// A local GitHub: API, git over HTTP, webhooks, pages, all on one loopback port. `startLocalGitHub()` starts it; its
// methods are what people do on GitHub, its collections are what tests look at. Stricter than the real one: whatever
// it does not know it refuses and lists in `violations`.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeActors, type Actors } from './actors.ts';
import { Faults, type Fault } from './api/faults.ts';
import { serveApi, type ApiServer, type RecordedRequest } from './api/serve-api.ts';
import { listFolder, readBlob } from './git/bare-repository.ts';
import { serveRepository } from './git/serve-repository.ts';
import { serveGraphql } from './graphql/serve-graphql.ts';
import { openDescription } from './openapi/open-description.ts';
import { composeWorkflowRuns, type WorkflowRuns } from './workflow-runs.ts';
import {
  addUser,
  getPullRequest,
  getRepository,
  type CheckRun,
  type Delivery,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type WorkflowTrigger,
  type World,
} from './world.ts';

export type { TokenOptions } from './actors.ts';
export type { CommitInput, RepositoryOptions } from './repositories.ts';
export type { Fault } from './api/faults.ts';
export type { Delivery, PullRequest, Repository, TokenPermissions, WorkflowTrigger } from './world.ts';

export interface LocalGitHubOptions {
  /** A free one unless told. */
  readonly port?: number;
  /** How long a webhook's receiver has; 10 s on github.com (docs.github.com/webhooks). */
  readonly webhookTimeoutMs?: number;
  /** False: no limits and no headers of them, as Enterprise Server comes. */
  readonly rateLimits?: boolean;
}

/** What tests and pages look at. */
export interface Views {
  deliveries(fullName?: string): readonly Delivery[];
  readFile(fullName: string, revision: string, path: string): Promise<string | undefined>;
  listFiles(fullName: string, revision: string, folder: string): Promise<string[]>;
  repository(fullName: string): Repository;
  pullRequest(fullName: string, number: number): PullRequest;
  reviews(fullName: string, number: number): readonly Review[];
  reviewComments(fullName: string, number: number): readonly ReviewComment[];
  checkRuns(fullName: string, sha: string): readonly CheckRun[];
}

export interface LocalGitHub extends Actors, Views {
  readonly url: string;
  readonly apiUrl: string;
  /** Settles when every webhook under way has its answer. */
  settled(): Promise<void>;
  onWorkflowTrigger(listener: (trigger: WorkflowTrigger) => void): () => void;
  /** Runs as `GET /repos/{owner}/{repo}/actions/runs` shows them; written by whoever runs the workflows. */
  readonly workflowRuns: WorkflowRuns;
  readonly requests: readonly RecordedRequest[];
  /** What came that GitHub would refuse or nobody correct would send; tests expect it empty. */
  readonly violations: readonly string[];
  /** What it returns takes the fault back. */
  fail(fault: Fault): () => void;
  close(): Promise<void>;
}

export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const world = composeWorld(await mkdtemp(join(tmpdir(), 'nectr-github-')), options);
  const api: ApiServer = { world, description: await openDescription(), faults: new Faults(), requests: [] };
  const server = createServer((request, response) => {
    route(api, request, response).catch((error: unknown) => {
      world.violations.push(
        `${request.method} ${request.url}: the local GitHub itself failed: ${String(error)}`,
      );
      response.destroy();
    });
  });
  // Longer than a test computes between two requests: the 5 s of Node close a connection just as it is used again.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world.apiUrl = `${world.url}/api/v3`;
  addUser(world, 'github-actions[bot]', 'Bot');
  const settled = async (): Promise<void> => {
    while (world.sending.size > 0) await Promise.allSettled(world.sending);
  };
  return {
    ...composeActors(world),
    ...composeViews(world),
    url: world.url,
    apiUrl: world.apiUrl,
    settled,
    onWorkflowTrigger: (listener) => {
      world.listeners.add(listener);
      return () => world.listeners.delete(listener);
    },
    workflowRuns: composeWorkflowRuns(world),
    requests: api.requests,
    violations: world.violations,
    fail: (fault) => api.faults.add(fault),
    close: async () => {
      server.closeAllConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      await settled();
      await closed;
      await rm(world.root, { recursive: true, force: true });
    },
  };
}

function composeWorld(
  root: string,
  { webhookTimeoutMs = 10_000, rateLimits = true }: LocalGitHubOptions,
): World {
  return {
    url: '',
    apiUrl: '',
    root,
    users: new Map(),
    tokens: new Map(),
    apps: [],
    installations: [],
    repositories: [],
    deliveries: [],
    listeners: new Set(),
    webhookTimeoutMs,
    rateLimits,
    sending: new Set(),
    violations: [],
    nextId: 1_000_000,
    nextDeliveryId: 2n ** 53n,
  };
}

async function route(api: ApiServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const [, fullName, path] = /^\/([^/]+\/[^/]+)\.git(\/.*)$/.exec(pathname) ?? [];
  if (pathname === '/api/graphql') {
    await serveGraphql(api, request, response);
  } else if (pathname.startsWith('/api/v3')) {
    await serveApi(api, request, response);
  } else if (fullName !== undefined && path !== undefined) {
    await serveRepository(api.world, { fullName, path, query: search.slice(1) }, request, response);
  } else {
    // What shows pages is loaded when somebody looks at one.
    const { servePage } = await import('./pages/serve-page.ts');
    servePage(api.world, pathname, response);
  }
}

function composeViews(world: World): Views {
  return {
    deliveries: (fullName) =>
      world.deliveries.filter(({ repository }) => fullName === undefined || repository === fullName),
    readFile: (fullName, revision, path) => readBlob(getRepository(world, fullName).gitDir, revision, path),
    listFiles: (fullName, revision, folder) =>
      listFolder(getRepository(world, fullName).gitDir, revision, folder),
    repository: (fullName) => getRepository(world, fullName),
    pullRequest: (fullName, number) => getPullRequest(world, fullName, number),
    reviews: (fullName, number) => getPullRequest(world, fullName, number).reviews,
    reviewComments: (fullName, number) => getPullRequest(world, fullName, number).comments,
    checkRuns: (fullName, sha) =>
      getRepository(world, fullName).checkRuns.filter(({ headSha }) => headSha === sha),
  };
}
