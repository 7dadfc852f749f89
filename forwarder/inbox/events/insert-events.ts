// Rows of events that arrived → the statements that store them.
import { sql } from 'kysely';
import { compileEach, compileOnce } from '../compile-once.ts';
import { NEW_COLUMNS, type NewRow } from './compose-row.ts';
import { HAS_NO_EFFECT } from './compose-trace.ts';

const COLUMNS = Object.keys(NEW_COLUMNS) as (keyof NewRow)[];

function composeColumns() {
  return sql.join(COLUMNS.map((column) => sql.ref(column)));
}

/** PostgreSQL takes a value whose type nothing tells for text. */
function composeValues(row: NewRow) {
  return sql`(${sql.join(COLUMNS.map((name) => sql`cast(${row[name]} as ${sql.raw(NEW_COLUMNS[name])})`))})`;
}

export const insertEvent = compileOnce((db, row: NewRow) =>
  sql<{ readonly id: number }>`
    insert into events (${composeColumns()}) values ${composeValues(row)} returning id`.compile(db),
);

/**
 * Rows of which no two share anything: those are stored that are the first of their kind. Nothing is stored of the same
 * delivery, of the same bytes, or of the pull request, and the connection is there.
 *
 * `offset 0` keeps PostgreSQL from another plan, which reads all events for each batch and takes 15 ms of 12,000: as long as a table is not
 * large, it thinks that this is less than to look up eighty.
 */
export const insertFirst = compileEach((db, rows: readonly NewRow[]) => {
  const columns = composeColumns();
  return sql<{ readonly id: number; readonly delivery_id: string }>`
    with arrivals (${columns}) as (values ${sql.join(rows.map(composeValues))})
    insert into events (${columns})
    select ${columns} from arrivals
    where not exists (select 1 from events where delivery_id = arrivals.delivery_id limit 1 offset 0)
      and not exists (
        select 1 from events where body_digest = arrivals.body_digest and ${HAS_NO_EFFECT} limit 1 offset 0
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
