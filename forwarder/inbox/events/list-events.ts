// The ledger: events newest first, page by page along the id, so that new arrivals never shift a page.
import type { StoredEvent } from '../event.ts';
import type { EventQuery } from '../inbox.ts';
import type { Db } from '../tables.ts';
import { readRow } from './read-row.ts';

export async function listEvents(
  db: Db,
  { repositoryId, status, beforeId, limit }: EventQuery,
): Promise<readonly StoredEvent[]> {
  let query = db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit);
  if (repositoryId !== undefined) query = query.where('repository_id', '=', repositoryId);
  if (status !== undefined) query = query.where('status', '=', status);
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  return (await query.execute()).map(readRow);
}

export async function readEvent(db: Db, id: number): Promise<StoredEvent | undefined> {
  const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readRow(row);
}
