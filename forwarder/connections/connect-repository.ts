// Name → a connected repository: its webhook on GitHub, its secret in the store. The secret is stored first, since the
// ping of a new webhook comes at once; what fails on the way leaves nothing behind.
import { randomBytes } from 'node:crypto';
import { HOOK_EVENTS, readHook, type Hook } from '../github/hooks.ts';
import { splitName, type GitHub, type RepositoryName } from '../github/open-github.ts';
import { readRepository, type Repository } from '../github/read-repository.ts';
import type { Connection } from '../inbox/connection.ts';
import { callGitHub, requireGitHub, requireHookUrl, type ConnectEdges } from './call-github.ts';
import { installHook } from './install-hook.ts';

export interface ConnectedRepository {
  readonly connection: Connection;
  /** False: it was connected and healthy before. */
  readonly isNew: boolean;
}

/** @throws Problem */
export async function connectRepository(
  edges: ConnectEdges,
  name: RepositoryName,
): Promise<ConnectedRepository> {
  const hookUrl = requireHookUrl(edges);
  const github = requireGitHub(edges);
  const asked = `${name.owner}/${name.repo}`;
  const repository = await callGitHub(edges, 'repository', asked, () => readRepository(github, name));
  return edges.inbox.connections.exclusively(repository.id, async () => {
    const existing = await edges.inbox.connections.findByRepository(repository.id);
    if (existing?.state === 'connected' && (await isHealthy(edges, github, repository, existing, hookUrl))) {
      return { connection: await keepName(edges, existing, repository), isNew: false };
    }
    return { connection: await install(edges, github, repository, existing, hookUrl), isNew: true };
  });
}

async function isHealthy(
  edges: ConnectEdges,
  github: GitHub,
  { fullName }: Repository,
  { hookId }: Connection,
  hookUrl: string,
): Promise<boolean> {
  if (hookId === null) return false;
  const hook = await callGitHub(edges, 'hooks', fullName, () =>
    readHook(github, splitName(fullName), hookId),
  );
  return hook !== undefined && isAsWeMakeIt(hook, hookUrl);
}

/** A last response of 403 is our refusal of its signature: somebody changed the secret, and a new one mends it. */
function isAsWeMakeIt({ active, events, config, last_response }: Hook, hookUrl: string): boolean {
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
  { inbox: { connections }, log, now, ...edges }: ConnectEdges,
  github: GitHub,
  { id: repositoryId, fullName }: Repository,
  existing: Connection | undefined,
  hookUrl: string,
): Promise<Connection> {
  const secret = randomBytes(32).toString('hex');
  const begun = await connections.begin({ repositoryId, fullName, secret }, now());
  try {
    const hookId = await callGitHub({ ...edges, now }, 'hooks', fullName, () =>
      installHook(github, splitName(fullName), { url: hookUrl, secret }, existing?.hookId ?? null),
    );
    log.info({ repo: fullName, hook_id: hookId }, 'connected');
    return await connections.complete(begun.id, hookId, now());
  } catch (error) {
    if (existing?.state === 'connected') await connections.restore(existing, now());
    else await connections.remove(begun.id);
    throw error;
  }
}
