// Repository → the name that it has now, if it is another one than it was known by. A former name leads to the repository
// until another one takes it: then only the id does.
import { splitName } from '../github/open-github.ts';
import { readRepositoryById } from '../github/read-repository.ts';
import type { Connection } from '../inbox/connection.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';
import { readInBackground, type BackgroundEdges } from './read-in-background.ts';

export interface KnownRepository {
  readonly repositoryId: number;
  /** `owner/name`. */
  readonly fullName: string;
  readonly connection: Connection | undefined;
}

export interface RenameEdges extends BackgroundEdges {
  readonly connections: Pick<ConnectionStore, 'pause' | 'rename'>;
}

export type NewName =
  | { readonly kind: 'moved'; readonly fullName: string }
  /** It has the name that it was known by, or is gone. */
  | { readonly kind: 'not_moved' }
  /** GitHub does not say now. */
  | { readonly kind: 'unknown' };

/** Its connection gets the new name. */
export async function findNewName(
  edges: RenameEdges,
  { repositoryId, fullName, connection }: KnownRepository,
): Promise<NewName> {
  const read = await readInBackground(edges, splitName(fullName), connection, ({ github }) =>
    readRepositoryById(github, repositoryId),
  );
  if (read.kind === 'waits') return { kind: 'unknown' };
  if (read.kind === 'refused') {
    const isGone = read.refusal.kind === 'not_found' || read.refusal.kind === 'gone';
    return { kind: isGone ? 'not_moved' : 'unknown' };
  }
  const current = read.value.fullName;
  if (current === fullName) return { kind: 'not_moved' };
  await edges.connections.rename(repositoryId, current, edges.now());
  return { kind: 'moved', fullName: current };
}
