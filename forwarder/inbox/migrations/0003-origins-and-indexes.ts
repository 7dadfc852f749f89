// Where an event came from, whose refusal a pause was, and what clean-up and the ledger look for.
import { sql, type Kysely } from 'kysely';

export async function addOriginsAndIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('events').addColumn('connection_id', 'bigint').execute();
  // Fetched from GitHub, and not delivered by its webhook.
  await db.schema
    .alterTable('events')
    .addColumn('is_fetched', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('events').addColumn('wait_key', 'text').execute();
  await db.schema.alterTable('connections').addColumn('pause_key', 'text').execute();
  await sql`update events set connection_id =
    (select id from connections where connections.repository_id = events.repository_id)`.execute(db);
  await sql`create index events_finished on events (status, completed_at)`.execute(db);
  await sql`create index events_repository on events (repository_id, id)`.execute(db);
}
