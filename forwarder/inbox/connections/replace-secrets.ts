// Sealed secrets → the same under another key, unless they were given anew since they were read: by a rotation, or by who
// connected the repository again.
import type { Connection } from '../connection.ts';
import type { Db } from '../tables.ts';

export async function replaceSecrets(
  db: Db,
  read: Connection,
  sealed: Pick<Connection, 'secret' | 'previousSecret'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({ secret: sealed.secret, previous_secret: sealed.previousSecret })
    .where('id', '=', read.id)
    .where('secret', '=', read.secret)
    .where('previous_secret', read.previousSecret === null ? 'is' : '=', read.previousSecret)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
