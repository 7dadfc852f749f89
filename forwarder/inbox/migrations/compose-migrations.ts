// The steps that bring a store to the form this version reads. Steps that have shipped are never edited.
import type { ColumnDataType, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createEventsAndConnections } from './0001-events-and-connections.ts';
import { addRunsTokensAndAudit } from './0002-runs-tokens-and-audit.ts';
import { addOriginsAndIndexes } from './0003-origins-and-indexes.ts';
import { narrowIndexes } from './0004-narrow-indexes.ts';

/** How a database spells a primary key that it counts itself, never using a number twice. */
export interface KeyForm {
  readonly type: ColumnDataType;
  readonly autoIncrement: boolean;
}

export function composeMigrations(key: KeyForm): Record<string, Migration> {
  return {
    '0001_events_and_connections': { up: (db: Kysely<unknown>) => createEventsAndConnections(db, key) },
    '0002_runs_tokens_and_audit': { up: (db: Kysely<unknown>) => addRunsTokensAndAudit(db, key) },
    '0003_origins_and_indexes': { up: (db: Kysely<unknown>) => addOriginsAndIndexes(db) },
    '0004_narrow_indexes': { up: (db: Kysely<unknown>) => narrowIndexes(db) },
  };
}
