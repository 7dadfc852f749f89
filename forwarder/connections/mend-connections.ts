// Connections that were interrupted on their way → connected, or gone: a process that died between the secret and the
// webhook, or an answer of GitHub that got lost, must leave neither a secret without a webhook nor the other way round.
import { updateHook } from '../github/hooks.ts';
import { splitName } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import { requireGitHub, requireHookUrl, type ConnectEdges } from './call-github.ts';
import { adoptHook } from './install-hook.ts';

export async function mendConnections(edges: ConnectEdges): Promise<void> {
  for (const { repositoryId, fullName } of await edges.inbox.connections.list('connecting')) {
    try {
      // Waits for a request that is connecting it right now.
      await edges.inbox.connections.exclusively(repositoryId, async () => {
        const current = await edges.inbox.connections.findByRepository(repositoryId);
        if (current?.state === 'connecting') await mend(edges, current);
      });
    } catch (error) {
      edges.log.warn({ repo: fullName, err: error }, 'an interrupted connection could not be mended yet');
    }
  }
}

async function mend(edges: ConnectEdges, connection: Connection): Promise<void> {
  const { inbox, log, now } = edges;
  const { id, fullName, hookId, secret } = connection;
  const name = splitName(fullName);
  const { github, tokenKey } = await requireGitHub(edges, name);
  const target = { url: requireHookUrl(edges), secret };
  const known = hookId !== null && (await updateHook(github, name, hookId, target)) ? hookId : undefined;
  const found = known ?? (await adoptHook(github, name, target));
  if (found === undefined) {
    await inbox.connections.remove(id, now());
    log.warn({ repo: fullName }, 'an interrupted connection was taken back: GitHub has no webhook of it');
    return;
  }
  await inbox.connections.complete(id, found, now());
  await inbox.connections.resume(connection.repositoryId, tokenKey);
  log.warn({ repo: fullName, hook_id: found }, 'an interrupted connection was completed');
}
