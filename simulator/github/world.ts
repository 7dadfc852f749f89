// Everything the local GitHub remembers, as plain data. Only `api/`, `webhooks/` and the assembly change it.
import type { Commit } from './git/bare-repository.ts';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export type PermissionLevel = 'read' | 'write';
export type PermissionScope =
  'actions' | 'checks' | 'contents' | 'issues' | 'metadata' | 'pull_requests' | 'repository_hooks';
export type TokenPermissions = Readonly<Partial<Record<PermissionScope, PermissionLevel>>>;

export interface Token {
  readonly value: string;
  readonly login: string;
  readonly permissions: TokenPermissions;
  /** Full names; undefined for every repository. */
  readonly repositories: readonly string[] | undefined;
  requestsLeft: number;
}

export interface Hook {
  readonly id: number;
  active: boolean;
  events: readonly string[];
  url: string;
  contentType: 'json' | 'form';
  insecureSsl: string;
  secret: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  lastResponse: { readonly code: number | null; readonly status: string; readonly message: string | null };
}

export interface Delivery {
  /** A 64-bit integer, as text. */
  readonly id: string;
  readonly hookId: number;
  readonly repository: string;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  readonly durationSeconds: number;
  readonly status: string;
  readonly statusCode: number;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

export interface Review {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'PENDING';
  readonly commitId: string;
  readonly submittedAt: string;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number;
  readonly author: string;
  readonly path: string;
  readonly body: string;
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
  readonly startLine: number | null;
  readonly startSide: 'LEFT' | 'RIGHT' | null;
  readonly commitId: string;
  /** The hunk up to the commented line. */
  readonly diffHunk: string;
  readonly createdAt: string;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly author: string;
  state: 'open' | 'closed';
  draft: boolean;
  readonly head: { readonly repository: Repository; readonly branch: string; sha: string };
  readonly base: { readonly branch: string; sha: string };
  readonly createdAt: string;
  updatedAt: string;
  readonly reviews: Review[];
  readonly comments: ReviewComment[];
  readonly commits: Commit[];
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly appSlug: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  detailsUrl: string;
  title: string | null;
  summary: string | null;
  readonly startedAt: string;
  completedAt: string | null;
}

export interface WorkflowRun {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly actor: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  name: string;
  /** `owner/name`, as it is now. */
  readonly fullName: string;
  /** Names it had before; GitHub redirects from them. */
  readonly formerNames: string[];
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly gitDir: string;
  readonly forkOf: Repository | undefined;
  readonly hooks: Hook[];
  readonly pulls: PullRequest[];
  readonly checkRuns: CheckRun[];
  readonly workflowRuns: WorkflowRun[];
}

/** What happened that a workflow may listen to. */
export interface WorkflowTrigger {
  readonly event: 'repository_dispatch' | 'workflow_dispatch' | 'pull_request';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly repository: Repository;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly fromFork: boolean;
}

export interface World {
  url: string;
  apiUrl: string;
  readonly root: string;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Token>;
  readonly repositories: Repository[];
  readonly deliveries: Delivery[];
  readonly listeners: Set<(trigger: WorkflowTrigger) => void>;
  /** Webhooks under way. */
  readonly sending: Set<Promise<unknown>>;
  readonly violations: string[];
  nextId: number;
}

export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Ids of all kinds come from one counter, so that one is never mistaken for another. */
export function takeId(world: World): number {
  world.nextId += 1;
  return world.nextId;
}

export function findRepository(world: World, fullName: string): Repository | undefined {
  const wanted = fullName.toLowerCase();
  return world.repositories.find((repository) => repository.fullName.toLowerCase() === wanted);
}

export function getRepository(world: World, fullName: string): Repository {
  const found = findRepository(world, fullName);
  if (!found) throw new Error(`the local GitHub has no repository ${fullName}`);
  return found;
}

export function getPullRequest(world: World, fullName: string, number: number): PullRequest {
  const found = getRepository(world, fullName).pulls.find((pull) => pull.number === number);
  if (!found) throw new Error(`${fullName} has no pull request #${number}`);
  return found;
}

export function getUser(world: World, login: string): User {
  const found = world.users.get(login.toLowerCase());
  if (!found) throw new Error(`the local GitHub has no account ${login}`);
  return found;
}
