// A connection's way: begun with its secret before GitHub is asked, completed with the webhook's id, or put back.
import type { Connection } from '../connection.ts';
import type { Db } from '../tables.ts';
import { findByRepository, readConnectionRow } from './find-connection.ts';

export async function beginConnection(
  db: Db,
  {
    repositoryId,
    fullName,
    secret,
  }: { readonly repositoryId: number; readonly fullName: string; readonly secret: string },
  now: Date,
): Promise<Connection> {
  const at = now.toISOString();
  const existing = await findByRepository(db, repositoryId);
  if (existing) {
    const row = await db
      .updateTable('connections')
      .set({
        full_name: fullName,
        secret,
        previous_secret: existing.secret,
        state: 'connecting',
        updated_at: at,
      })
      .where('id', '=', existing.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return readConnectionRow(row);
  }
  const row = await db
    .insertInto('connections')
    .values({
      repository_id: repositoryId,
      full_name: fullName,
      secret,
      state: 'connecting',
      created_at: at,
      updated_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return readConnectionRow(row);
}

export async function completeConnection(db: Db, id: number, hookId: number, now: Date): Promise<Connection> {
  const at = now.toISOString();
  const row = await db
    .updateTable('connections')
    .set({
      // The secret before stays accepted until GitHub has used the new one: see end-rotation.ts.
      hook_id: hookId,
      state: 'connected',
      connected_at: at,
      updated_at: at,
      paused_until: null,
      pause_reason: null,
      pause_key: null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return readConnectionRow(row);
}

export async function restoreConnection(db: Db, connection: Connection, now: Date): Promise<void> {
  const { id, fullName, hookId, secret, previousSecret, state, connectedAt } = connection;
  await db
    .updateTable('connections')
    .set({
      full_name: fullName,
      hook_id: hookId,
      secret,
      previous_secret: previousSecret,
      state,
      connected_at: connectedAt,
      updated_at: now.toISOString(),
    })
    .where('id', '=', id)
    .execute();
}
