// Which database → the store on it.
import type { Log } from '../open-log.ts';
import type { Inbox } from './inbox.ts';
import { openPostgresInbox } from './postgres/open-postgres.ts';
import { openSqliteInbox } from './sqlite/open-sqlite.ts';

export type Database =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** With the password. */
  | { readonly kind: 'postgres'; readonly url: string };

export interface InboxOptions {
  readonly log: Log;
  /** SQLite: how long a write waits for another process's lock. */
  readonly busyTimeoutMs?: number | undefined;
}

/** @throws an Error that a person can act on */
export function openInbox(database: Database, { log, busyTimeoutMs }: InboxOptions): Promise<Inbox> {
  switch (database.kind) {
    case 'sqlite':
      return openSqliteInbox({ path: database.path, busyTimeoutMs });
    case 'postgres':
      return openPostgresInbox({ url: database.url, log });
  }
}

/** For logs: without user and password. */
export function describeDatabase(database: Database): string {
  if (database.kind === 'sqlite') return `sqlite:${database.path}`;
  const { host, pathname } = new URL(database.url);
  return `postgres://${host}${pathname}`;
}
