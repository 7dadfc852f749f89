// Name → a new secret for the webhook, without a lost delivery: the store accepts both before GitHub is told, and forgets
// the old one when GitHub has signed with the new.
import { randomBytes } from 'node:crypto';
import { pingHook, updateHook } from '../github/hooks.ts';
import { splitName, type GitHub, type RepositoryName } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { callGitHub, requireGitHub, requireHookUrl, requireTurn, type ConnectEdges } from './call-github.ts';
import { findConnection } from './find-connection.ts';
import { holdRepository } from './hold-repository.ts';

/** @throws Problem; the old secret is valid then, and with `github_unavailable` the new one as well */
export async function rotateSecret(edges: ConnectEdges, name: RepositoryName): Promise<Connection> {
  const url = requireHookUrl(edges);
  const { github, tokenKey } = await requireGitHub(edges, name);
  const { fullName, connection } = await findConnection(edges, github, name);
  if (!connection) throw new Problem(404, 'not_connected', `${fullName} is not connected.`);
  return holdRepository(edges, connection.repositoryId, async (held) => {
    const before = await held.inbox.connections.findByRepository(connection.repositoryId);
    const { hookId } = before ?? {};
    if (before?.state !== 'connected' || typeof hookId !== 'number') {
      throw new Problem(409, 'not_connected', `${fullName} is not connected any more: connect it again.`);
    }
    await requireTurn(held, tokenKey);
    // A rotation whose end is not known is repeated: a third secret would push out the one that GitHub may still use.
    const isPending = before.previousSecret !== null;
    const secret = isPending ? before.secret : randomBytes(32).toString('hex');
    const previousSecret = isPending ? before.previousSecret : before.secret;
    const rotated = { ...before, fullName, secret, previousSecret };
    await held.inbox.connections.restore(rotated, held.now());
    await tellGitHub(held, github, before, { url, secret, hookId, fullName });
    held.log.info({ repo: fullName, hook_id: hookId }, 'secret rotated');
    return rotated;
  });
}

interface NewSecret {
  readonly url: string;
  readonly secret: string;
  readonly hookId: number;
  readonly fullName: string;
}

async function tellGitHub(
  edges: ConnectEdges,
  github: GitHub,
  before: Connection,
  { url, secret, hookId, fullName }: NewSecret,
): Promise<void> {
  const name = splitName(fullName);
  try {
    const isThere = await callGitHub(edges, 'hooks', fullName, () =>
      updateHook(github, name, hookId, { url, secret }),
    );
    if (!isThere) {
      const message = `GitHub has no such webhook of ${fullName} any more: connect the repository again.`;
      throw new Problem(409, 'webhook_not_found', message);
    }
  } catch (error) {
    // After a 5xx or a timeout GitHub may sign with either: both stay accepted.
    const isDoubtful = error instanceof Problem && error.code === 'github_unavailable';
    if (!isDoubtful) await edges.inbox.connections.restore(before, edges.now());
    throw error;
  }
  // Its ping is signed with the new secret, and so ends the old one's time. Without it the next delivery does.
  await pingHook(github, name, hookId).catch((error: unknown) => {
    edges.log.warn({ repo: fullName, err: error }, 'the webhook could not be pinged');
  });
}
