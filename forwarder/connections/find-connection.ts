// Name → the repository as GitHub knows it and our connection to it. The id decides: a name may have moved on to another
// repository. When GitHub no longer knows the name, ours is found by the name it last had.
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRepository } from '../github/read-repository.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { callGitHub, type ConnectEdges } from './call-github.ts';

export interface FoundConnection {
  readonly fullName: string;
  readonly connection: Connection | undefined;
  /** GitHub shows no repository of this name: it is gone, or out of the token's reach. */
  readonly isGone: boolean;
}

/** @throws Problem when GitHub cannot be asked, or knows no such repository and we are not connected to one either */
export async function findConnection(
  edges: ConnectEdges,
  github: GitHub | undefined,
  name: RepositoryName,
): Promise<FoundConnection> {
  const asked = `${name.owner}/${name.repo}`;
  const { connections } = edges.inbox;
  if (!github) {
    const connection = await connections.findByName(asked);
    return { fullName: asked, connection, isGone: false };
  }
  try {
    const { id, fullName } = await callGitHub(edges, 'repository', asked, () => readRepository(github, name));
    const connection = await connections.findByRepository(id);
    return { fullName, connection: connection && { ...connection, fullName }, isGone: false };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'repository_not_found') throw error;
    const connection = await connections.findByName(asked);
    if (!connection) throw error;
    return { fullName: connection.fullName, connection, isGone: true };
  }
}
