// Everything the local GitHub remembers, and how it is found. Only the actors, `api/` and `webhooks/` change it.
import type {
  App,
  AppInstallation,
  Delivery,
  PullRequest,
  Repository,
  Token,
  User,
  WorkflowTrigger,
} from './records.ts';

export type * from './records.ts';

export interface World {
  url: string;
  apiUrl: string;
  readonly root: string;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Token>;
  readonly apps: App[];
  readonly installations: AppInstallation[];
  readonly repositories: Repository[];
  readonly deliveries: Delivery[];
  readonly listeners: Set<(trigger: WorkflowTrigger) => void>;
  /** How long a webhook's receiver has to answer. */
  readonly webhookTimeoutMs: number;
  /** False: as Enterprise Server comes, without limits and their headers. */
  readonly rateLimits: boolean;
  /** Webhooks under way. */
  readonly sending: Set<Promise<unknown>>;
  readonly violations: string[];
  nextId: number;
  nextDeliveryId: bigint;
}

export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Ids of all kinds come from one counter, so that one is never mistaken for another. */
export function takeId(world: World): number {
  world.nextId += 1;
  return world.nextId;
}

/**
 * Past 2^53, as GitHub's are since February 2026 (octokit/request.js#797): a client that reads the JSON number as a
 * JavaScript number asks for a delivery that does not exist.
 */
export function takeDeliveryId(world: World): string {
  world.nextDeliveryId += 1n + BigInt(Math.floor(Math.random() * 1000));
  return String(world.nextDeliveryId);
}

/** Work that goes on after an answer; `settled()` waits for it. */
export function trackWork(world: World, work: Promise<unknown>): void {
  world.sending.add(work);
  void work.finally(() => world.sending.delete(work));
}

export function findRepository(world: World, fullName: string): Repository | undefined {
  const wanted = fullName.toLowerCase();
  return world.repositories.find(({ fullName: name, deleted }) => !deleted && name.toLowerCase() === wanted);
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

/** Issues and pull requests of a repository are numbered together. */
export function takeNumber({ issues, pulls }: Repository): number {
  return issues.length + pulls.length + 1;
}

export function addUser(world: World, login: string, type: User['type'] = 'User'): User {
  const user: User = { id: takeId(world), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** The account, made when it is not there yet. */
export function ensureUser(world: World, login: string): User {
  const type = login.endsWith('[bot]') ? 'Bot' : 'User';
  return world.users.get(login.toLowerCase()) ?? addUser(world, login, type);
}

export function getUser(world: World, login: string): User {
  const found = world.users.get(login.toLowerCase());
  if (!found) throw new Error(`the local GitHub has no account ${login}`);
  return found;
}
