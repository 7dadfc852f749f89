// Name → the id of the repository that has it now, as far as the store knows. Names move: whichever repository was called so
// last has it, unless it was called otherwise since.
import { sql } from 'kysely';
import { findByName, findByRepository } from '../connections/find-connection.ts';
import type { Db } from '../tables.ts';

export async function findRepositoryId(db: Db, fullName: string): Promise<number | undefined> {
  const connection = await findByName(db, fullName);
  const event = await db
    .selectFrom('events')
    .select(['repository_id', 'received_at'])
    .where(sql`lower(repo)`, '=', fullName.toLowerCase())
    .where('repository_id', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const id = event?.repository_id ?? undefined;
  if (!event || id === undefined) return connection?.repositoryId;
  if (connection && connection.updatedAt > event.received_at) return connection.repositoryId;
  return (await isCalledOtherwise(db, id, fullName, event.received_at)) ? connection?.repositoryId : id;
}

async function isCalledOtherwise(db: Db, id: number, fullName: string, since: string): Promise<boolean> {
  const own = await findByRepository(db, id);
  const latest = await db
    .selectFrom('events')
    .select(['repo', 'received_at'])
    .where('repository_id', '=', id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const calls = [
    { name: own?.fullName ?? fullName, at: own?.updatedAt ?? since },
    { name: latest?.repo ?? fullName, at: latest?.received_at ?? since },
  ];
  return calls.some(({ name, at }) => at > since && name.toLowerCase() !== fullName.toLowerCase());
}
