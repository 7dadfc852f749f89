// Connections by what they are known by: the webhook, the repository, its name.
import { sql } from 'kysely';
import { compileEach } from '../compile-once.ts';
import type { Connection } from '../connection.ts';
import type { ConnectionRow, Db } from '../tables.ts';

export function readConnectionRow(row: ConnectionRow): Connection {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    fullName: row.full_name,
    hookId: row.hook_id,
    secret: row.secret,
    previousSecret: row.previous_secret,
    state: row.state,
    connectedAt: row.connected_at,
    updatedAt: row.updated_at,
    tokenKey: row.token_key,
    pausedUntil: row.paused_until,
    pauseReason: row.pause_reason,
    pauseKey: row.pause_key,
  };
}

const selectByHooks = compileEach((db, hooks: readonly { readonly id: number }[]) =>
  db
    .selectFrom('connections')
    .selectAll()
    .where(
      'hook_id',
      'in',
      hooks.map(({ id }) => id),
    )
    .compile(),
);

/** In the order asked. Deliveries of one turn are mostly of few webhooks. */
export async function findByHooks(
  db: Db,
  hookIds: readonly number[],
): Promise<readonly (Connection | undefined)[]> {
  const asked = [...new Set(hookIds)].map((id) => ({ id }));
  const { rows } = await db.executeQuery(selectByHooks(db, asked));
  const found = new Map(rows.map((row) => [row.hook_id, readConnectionRow(row)]));
  return hookIds.map((hookId) => found.get(hookId));
}

export async function findByRepository(db: Db, repositoryId: number): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
  return row && readConnectionRow(row);
}

/** Names move from one repository to another: of two that once had it, the one named last. */
export async function findByName(db: Db, fullName: string): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .where(sql`lower(full_name)`, '=', fullName.toLowerCase())
    .orderBy('updated_at', 'desc')
    .executeTakeFirst();
  return row && readConnectionRow(row);
}

export async function listConnections(db: Db, state: Connection['state']): Promise<readonly Connection[]> {
  const rows = await db
    .selectFrom('connections')
    .selectAll()
    .where('state', '=', state)
    .orderBy('id')
    .execute();
  return rows.map(readConnectionRow);
}
