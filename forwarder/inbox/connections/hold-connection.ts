// Whether a connection is there, and stays until the transaction ends: what is made pending for it meanwhile is withdrawn by
// whoever waits to remove it.
import { compileEach } from '../compile-once.ts';
import type { Db } from '../tables.ts';

export const WITHDRAWN = 'withdrawn: the repository was disconnected';

/** The ids of those that are there, and are held now. */
export const selectAndHold = compileEach((db, connections: readonly { readonly id: number }[]) =>
  db
    .selectFrom('connections')
    .select('id')
    .where(
      'id',
      'in',
      connections.map(({ id }) => id),
    )
    .forKeyShare()
    .compile(),
);

export async function holdConnection(db: Db, id: number): Promise<boolean> {
  const { rows } = await db.executeQuery(selectAndHold(db, [{ id }]));
  return rows.length > 0;
}

/** The same of the connection that a repository has now. */
export async function holdConnectionOf(db: Db, repositoryId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('connections')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .forKeyShare()
    .executeTakeFirst();
  return row?.id;
}
