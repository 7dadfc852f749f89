// Connections that were interrupted on their way → connected, or gone: a process that died between the secret and the
// webhook, or an answer of GitHub that got lost, must leave neither a secret without a webhook nor the other way round.
import { updateHook } from '../github/hooks.ts';
import { splitName, type GitHub } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import { readRepositoryById } from '../github/read-repository.ts';
import type { Connection } from '../inbox/connection.ts';
import { findGitHub, requireHookUrl, requireTurn, type ConnectEdges } from './call-github.ts';
import { holdRepository } from './hold-repository.ts';
import { adoptHook } from './install-hook.ts';

export async function mendConnections(edges: ConnectEdges): Promise<void> {
  for (const { repositoryId, fullName } of await edges.inbox.connections.list('connecting')) {
    try {
      // Waits for a request that is connecting it right now.
      await holdRepository(edges, repositoryId, async (held) => {
        const current = await held.inbox.connections.findByRepository(repositoryId);
        if (current?.state === 'connecting') await mend(held, current);
      });
    } catch (error) {
      edges.log.warn({ repo: fullName, err: error }, 'an interrupted connection could not be mended yet');
    }
  }
}

async function mend(edges: ConnectEdges, connection: Connection): Promise<void> {
  const { inbox, log, now } = edges;
  const { id, repositoryId, hookId, secret } = connection;
  const access = await findGitHub(edges, splitName(connection.fullName));
  // Not by its name, which another repository may have by now: that one's webhook is not ours to change.
  const fullName = access && (await findName(edges, access.github, repositoryId));
  if (!access || fullName === undefined) {
    await end(edges, connection);
    return;
  }
  const { github, tokenKey } = access;
  if (fullName !== connection.fullName) await inbox.connections.rename(repositoryId, fullName, now());
  await requireTurn(edges, tokenKey);
  const name = splitName(fullName);
  const target = { url: requireHookUrl(edges), secret };
  const known = hookId !== null && (await updateHook(github, name, hookId, target)) ? hookId : undefined;
  const found = known ?? (await adoptHook(github, name, target));
  if (found === undefined) {
    await inbox.connections.remove(id, now());
    log.warn({ repo: fullName }, 'an interrupted connection was taken back: GitHub has no webhook of it');
    return;
  }
  await inbox.connections.complete(id, found, now());
  await inbox.connections.resume(repositoryId, tokenKey);
  log.warn({ repo: fullName, hook_id: found }, 'an interrupted connection was completed');
}

/** Undefined: it is gone, or out of the token's reach. */
async function findName(
  { now }: ConnectEdges,
  github: GitHub,
  repositoryId: number,
): Promise<string | undefined> {
  try {
    return (await readRepositoryById(github, repositoryId)).fullName;
  } catch (error) {
    if (readRefusal(error, now()).kind === 'not_found') return undefined;
    throw error;
  }
}

/**
 * GitHub has no such repository for us, or the App is not installed there: nothing can be mended, now or later. One that was connected before is so again, with
 * both secrets, and is listed with its problem until a person disconnects it: its token may only have lost a right.
 */
async function end({ inbox, log, now }: ConnectEdges, connection: Connection): Promise<void> {
  const { id, fullName, hookId, connectedAt } = connection;
  const wasConnected = hookId !== null && connectedAt !== null;
  if (wasConnected) await inbox.connections.restore({ ...connection, state: 'connected' }, now());
  else await inbox.connections.remove(id, now());
  const entry = { action: 'connect', repo: fullName, eventId: undefined, address: undefined } as const;
  await inbox.audit.add({ ...entry, outcome: 'repository_not_found' }, now());
  log.warn(
    { repo: fullName, hook_id: hookId, kept: wasConnected },
    'an interrupted connection was ended: GitHub shows no such repository any more',
  );
}
