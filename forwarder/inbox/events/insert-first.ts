// Rows of which no two share anything → those that are the first of their kind, stored in one statement: nothing is stored of the
// same delivery, of the same bytes, or of the pull request, and the connection is there. All others need a closer look.
import { sql, type RawBuilder } from 'kysely';
import { compileEach } from '../compile-once.ts';
import type { NewRow } from './compose-row.ts';

/** PostgreSQL takes a value whose type nothing tells for text. */
const TYPES: Readonly<Record<keyof NewRow, 'text' | 'bigint' | 'integer'>> = {
  delivery_id: 'text',
  repo: 'text',
  repository_id: 'bigint',
  event_type: 'text',
  effect: 'text',
  action: 'text',
  pull_request: 'integer',
  head_sha: 'text',
  base_sha: 'text',
  body_digest: 'text',
  pr_updated_at: 'text',
  status: 'text',
  reason: 'text',
  attempts: 'integer',
  failures: 'integer',
  next_attempt_at: 'text',
  received_at: 'text',
  queued_at: 'text',
  completed_at: 'text',
  connection_id: 'bigint',
  is_fetched: 'integer',
};

const COLUMNS = Object.keys(TYPES) as (keyof NewRow)[];

/**
 * `offset 0` keeps PostgreSQL from another plan, which reads all events for each batch and takes 15 ms of 12,000: as long as a table is not
 * large, it thinks that this is less than to look up eighty.
 */
export const insertFirst = compileEach((db, rows: readonly NewRow[]) => {
  const columns = sql.join(COLUMNS.map((column) => sql.ref(column)));
  return sql<{ readonly id: number; readonly delivery_id: string }>`
    with arrivals (${columns}) as (values ${sql.join(rows.map(composeValues))})
    insert into events (${columns})
    select ${columns} from arrivals
    where not exists (select 1 from events where delivery_id = arrivals.delivery_id limit 1 offset 0)
      and not exists (
        select 1 from events where body_digest = arrivals.body_digest and effect = 'none' limit 1 offset 0
      )
      and not exists (
        select 1 from events
        where repository_id = arrivals.repository_id and pull_request = arrivals.pull_request
        limit 1 offset 0
      )
      and (
        status <> 'pending'
        or connection_id is null
        or exists (select 1 from connections where id = arrivals.connection_id limit 1 offset 0)
      )
    returning id, delivery_id`.compile(db);
});

function composeValues(row: NewRow): RawBuilder<unknown> {
  return sql`(${sql.join(COLUMNS.map((column) => sql`cast(${row[column]} as ${sql.raw(TYPES[column])})`))})`;
}
