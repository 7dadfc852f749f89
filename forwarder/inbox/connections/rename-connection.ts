// A repository got another name: its id, webhook and secret stay.
import type { Db } from '../tables.ts';

export async function renameConnection(
  db: Db,
  repositoryId: number,
  fullName: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('connections')
    .set({ full_name: fullName, updated_at: now.toISOString() })
    .where('repository_id', '=', repositoryId)
    .execute();
}
