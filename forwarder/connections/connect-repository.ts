// Name → a connected repository: its webhook on GitHub, its secret in the store. The secret is stored first, since the
// ping of a new webhook comes at once; what fails on the way leaves nothing behind.
import { randomBytes } from 'node:crypto';
import { HOOK_EVENTS, readHook, type Hook } from '../github/hooks.ts';
import type { RepositoryAccess } from '../github/github-access.ts';
import { splitName, type RepositoryName } from '../github/open-github.ts';
import { readRepository, type Repository } from '../github/read-repository.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { callGitHub, requireGitHub, requireHookUrl, requireTurn, type ConnectEdges } from './call-github.ts';
import { holdRepository } from './hold-repository.ts';
import { installHook, type InstalledHook } from './install-hook.ts';
import { awaitPing } from './await-ping.ts';

export interface ConnectedRepository {
  readonly connection: Connection;
  /** False: it was connected and healthy before. */
  readonly isNew: boolean;
  /** Whether the ping, sent with each request to connect, has arrived and was verified. */
  readonly hasPinged: boolean;
}

/** @throws Problem */
export async function connectRepository(
  edges: ConnectEdges,
  name: RepositoryName,
): Promise<ConnectedRepository> {
  const hookUrl = requireHookUrl(edges);
  const access = await requireGitHub(edges, name);
  const asked = `${name.owner}/${name.repo}`;
  const repository = await callGitHub(edges, 'repository', asked, () => readRepository(access.github, name));
  const place: Place = { access, repository, hookUrl };
  return holdRepository(edges, repository.id, async (held) => {
    const existing = await held.inbox.connections.findByRepository(repository.id);
    if (existing?.state === 'connected' && (await isHealthy(held, place, existing))) {
      const connection = await keepName(held, existing, repository);
      const hasPinged = await awaitPing(held, access.github, connection, { isSent: false }, held.now());
      return { connection, isNew: false, hasPinged };
    }
    return install(held, place, existing);
  });
}

interface Place {
  readonly access: RepositoryAccess;
  readonly repository: Repository;
  readonly hookUrl: string;
}

async function isHealthy(
  edges: ConnectEdges,
  { access: { github }, repository: { fullName }, hookUrl }: Place,
  { hookId, secret }: Connection,
): Promise<boolean> {
  if (hookId === null || secret === '') return false;
  const hook = await callGitHub(edges, 'hooks', fullName, () =>
    readHook(edges.reader, github, splitName(fullName), hookId),
  );
  return hook !== undefined && isAsWeMakeIt(hook, hookUrl);
}

/** A last response of 403 is our refusal of its signature: somebody changed the secret, and a new one mends it. */
export function isAsWeMakeIt({ active, events, config, last_response }: Hook, hookUrl: string): boolean {
  const listens = HOOK_EVENTS.every((event) => events.includes(event) || events.includes('*'));
  const isOurs = config.url === hookUrl && config.content_type === 'json' && config.insecure_ssl !== '1';
  return active && listens && isOurs && last_response?.code !== 403;
}

async function keepName(
  { inbox, now }: ConnectEdges,
  connection: Connection,
  { id, fullName }: Repository,
): Promise<Connection> {
  if (connection.fullName === fullName) return connection;
  await inbox.connections.rename(id, fullName, now());
  return { ...connection, fullName };
}

async function install(
  edges: ConnectEdges,
  place: Place,
  existing: Connection | undefined,
): Promise<ConnectedRepository> {
  const { inbox, log, now } = edges;
  const { access, repository, hookUrl } = place;
  const { id: repositoryId, fullName } = repository;
  const secret = randomBytes(32).toString('hex');
  await requireTurn(edges, access.tokenKey);
  const startedAt = now();
  const begun = await inbox.connections.begin({ repositoryId, fullName, secret }, startedAt);
  let hook: InstalledHook;
  try {
    hook = await callGitHub(edges, 'hooks', fullName, () =>
      installHook(access.github, splitName(fullName), { url: hookUrl, secret }, existing?.hookId ?? null),
    );
  } catch (error) {
    await takeBack(edges, existing, begun, isDoubtful(error));
    throw error;
  }
  const connection = await inbox.connections.complete(begun.id, hook.id, now());
  await inbox.connections.resume(repositoryId, access.tokenKey);
  log.info({ repo: fullName, hook_id: hook.id }, 'connected');
  // GitHub pings a new webhook by itself.
  const ping = { isSent: hook.isNew };
  const hasPinged = await awaitPing(edges, access.github, connection, ping, startedAt);
  return { connection, isNew: true, hasPinged };
}

/** After a 5xx or a timeout GitHub may have done what it was asked: nobody knows before it can be looked up. */
function isDoubtful(error: unknown): boolean {
  return error instanceof Problem && error.code === 'github_unavailable';
}

async function takeBack(
  { inbox: { connections }, onDoubt, now }: ConnectEdges,
  existing: Connection | undefined,
  begun: Connection,
  inDoubt: boolean,
): Promise<void> {
  if (inDoubt) {
    // As it is begun: both secrets are accepted, and mend-connections.ts finds out which webhook there is.
    onDoubt();
  } else if (existing) {
    // Also one that was interrupted before: it may have a webhook, which mend-connections.ts looks for.
    await connections.restore(existing, now());
  } else {
    await connections.remove(begun.id, now());
  }
}
