// Name → the connection and its webhook are gone. A webhook, or a repository, that is gone on GitHub counts as done.
import { deleteHook, listHooks } from '../github/hooks.ts';
import { splitName, type GitHub, type RepositoryName } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { callGitHub, findGitHub, type ConnectEdges } from './call-github.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findConnection } from './find-connection.ts';
import { holdRepository } from './hold-repository.ts';
import { findHookByUrl } from './install-hook.ts';

/** @throws Problem */
export async function disconnectRepository(edges: ConnectEdges, name: RepositoryName): Promise<Connection> {
  const github = (await findGitHub(edges, name))?.github;
  const { fullName, connection, isGone } = await findConnection(edges, github, name);
  if (!connection) throw notConnected(fullName);
  return holdRepository(edges, connection.repositoryId, async (held) => {
    // Another request may have been faster, or have changed its webhook.
    const stored = await held.inbox.connections.findByRepository(connection.repositoryId);
    if (!stored) throw notConnected(fullName);
    const current = { ...stored, fullName };
    // With a repository its webhooks are gone.
    if (!isGone) await removeHook(held, github, current);
    await held.inbox.connections.remove(current.id, held.now());
    held.log.info({ repo: current.fullName, hook_id: current.hookId }, 'disconnected');
    return current;
  });
}

async function removeHook(
  edges: ConnectEdges,
  github: GitHub | undefined,
  { fullName, hookId }: Connection,
): Promise<void> {
  if (!github) {
    edges.log.warn(
      { repo: fullName, hook_id: hookId },
      'the webhook stays on GitHub: the App is not installed there',
    );
    return;
  }
  const name = splitName(fullName);
  await callGitHub(edges, 'hooks', fullName, async () => {
    const known = hookId ?? (await findOwnHook(edges, github, name));
    if (known === undefined || (await deleteHook(github, name, known))) return;
    // Whoever is no administrator is told 404 as well, and then also when asking for all of them.
    const isThere = (await listHooks(github, name)).some(({ id }) => id === known);
    if (isThere) throw explainRefusal({ kind: 'not_found' }, 'hooks', fullName, undefined);
  });
}

/** A connection that was interrupted on its way does not know its webhook. */
async function findOwnHook(
  { hookUrl }: ConnectEdges,
  github: GitHub,
  name: RepositoryName,
): Promise<number | undefined> {
  return hookUrl === undefined ? undefined : findHookByUrl(github, name, hookUrl);
}

function notConnected(fullName: string): Problem {
  return new Problem(404, 'not_connected', `${fullName} is not connected.`);
}
