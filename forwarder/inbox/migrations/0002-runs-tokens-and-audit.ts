// What following runs, pacing tokens, reconciling deliveries and keeping an audit log need.
import { sql, type Kysely } from 'kysely';
import type { KeyForm } from './compose-migrations.ts';

export async function addRunsTokensAndAudit(db: Kysely<unknown>, key: KeyForm): Promise<void> {
  // SQLite adds one column a statement.
  await db.schema.alterTable('events').addColumn('run_id', 'bigint').execute();
  for (const name of ['token_key', 'paused_until', 'pause_reason'] as const) {
    await db.schema.alterTable('connections').addColumn(name, 'text').execute();
  }
  await db.schema
    .createTable('tokens')
    .addColumn('token_key', 'text', (column) => column.primaryKey())
    .addColumn('blocked_until', 'text')
    .addColumn('minute_at', 'bigint', (column) => column.notNull())
    .addColumn('hour_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('reconciled_deliveries')
    .addColumn('delivery_id', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('id', key.type, (column) =>
      key.autoIncrement ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('repo', 'text')
    .addColumn('event_id', 'bigint')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .execute();
  await sql`create index audit_at on audit (at)`.execute(db);
  await sql`create index reconciled_deliveries_seen on reconciled_deliveries (seen_at)`.execute(db);
}
