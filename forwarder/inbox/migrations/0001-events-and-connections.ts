// The first form of the store: events, connections, and the row that the readiness probe writes.
import { sql, type Kysely } from 'kysely';
import type { KeyForm } from './compose-migrations.ts';

export async function createEventsAndConnections(db: Kysely<unknown>, key: KeyForm): Promise<void> {
  await createEvents(db, key);
  await createConnections(db, key);
  await db.schema
    .createTable('probes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('probed_at', 'text', (column) => column.notNull())
    .execute();
}

async function createEvents(db: Kysely<unknown>, key: KeyForm): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('id', key.type, (column) =>
      key.autoIncrement ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('delivery_id', 'text', (column) => column.notNull())
    .addColumn('repo', 'text')
    .addColumn('repository_id', 'bigint')
    .addColumn('event_type', 'text', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('action', 'text')
    .addColumn('pull_request', 'integer')
    .addColumn('head_sha', 'text')
    .addColumn('base_sha', 'text')
    .addColumn('body_digest', 'text', (column) => column.notNull())
    .addColumn('pr_updated_at', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'text')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'text')
    .addColumn('run_url', 'text')
    .addColumn('received_at', 'text', (column) => column.notNull())
    .addColumn('queued_at', 'text', (column) => column.notNull())
    .addColumn('dispatched_at', 'text')
    .addColumn('completed_at', 'text')
    .addCheckConstraint(
      'events_status',
      sql`status in ('pending', 'processing', 'completed', 'failed', 'ignored', 'superseded')`,
    )
    .execute();
  for (const column of ['delivery_id', 'body_digest']) {
    await db.schema.createIndex(`events_${column}`).on('events').column(column).unique().execute();
  }
  // A newer event takes the place of a waiting one, so a pull request never has two that wait.
  await sql`create unique index events_one_pending on events (repository_id, pull_request) where status = 'pending'`.execute(
    db,
  );
  // Not partial: a query whose status is a parameter could not use a partial index.
  await sql`create index events_due on events (status, next_attempt_at, id)`.execute(db);
  await sql`create index events_leases on events (status, lease_until)`.execute(db);
  await sql`create index events_pull_request on events (repository_id, pull_request, id)`.execute(db);
  await sql`create index events_repo on events (lower(repo), id)`.execute(db);
  await sql`create index events_status_id on events (status, id)`.execute(db);
}

async function createConnections(db: Kysely<unknown>, key: KeyForm): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('id', key.type, (column) =>
      key.autoIncrement ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('repository_id', 'bigint', (column) => column.notNull().unique())
    .addColumn('full_name', 'text', (column) => column.notNull())
    .addColumn('hook_id', 'bigint', (column) => column.unique())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('previous_secret', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('connected_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    // An empty secret would verify what nobody signed.
    .addCheckConstraint('connections_secret', sql`length(secret) >= 32`)
    .addCheckConstraint('connections_state', sql`state in ('connecting', 'connected')`)
    .execute();
}
