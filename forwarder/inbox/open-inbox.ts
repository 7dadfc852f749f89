// Which database → the store on it. What speaks to the other one is not loaded.
import type { Log } from '../open-log.ts';
import { readKeyFile } from '../secrets/read-key-file.ts';
import { openSecretBox } from '../secrets/secret-box.ts';
import type { Inbox } from './inbox.ts';

export type Database =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** With the password. */
  | { readonly kind: 'postgres'; readonly url: string };

export interface InboxOptions {
  /** Of webhook secrets; empty: the key beside the SQLite file. */
  readonly secretsKeys: readonly Uint8Array[];
  readonly log: Log;
  /** SQLite: how long a write waits for another process's lock. */
  readonly busyTimeoutMs?: number | undefined;
  /** SQLite: no other service may work on this file. */
  readonly isService?: boolean | undefined;
}

/** @throws an Error that a person can act on */
export async function openInbox(
  database: Database,
  { secretsKeys, log, busyTimeoutMs, isService }: InboxOptions,
): Promise<Inbox> {
  switch (database.kind) {
    case 'sqlite': {
      const { openSqliteInbox } = await import('./sqlite/open-sqlite.ts');
      const keys = secretsKeys.length > 0 ? secretsKeys : [readKeyFile(database.path)];
      return openSqliteInbox({
        path: database.path,
        box: openSecretBox(keys),
        log,
        busyTimeoutMs,
        isService,
      });
    }
    case 'postgres': {
      const { openPostgresInbox } = await import('./postgres/open-postgres.ts');
      return openPostgresInbox({ url: database.url, box: openSecretBox(secretsKeys), log });
    }
  }
}

/** For logs: without user and password. */
export function describeDatabase(database: Database): string {
  if (database.kind === 'sqlite') return `sqlite:${database.path}`;
  const { host, pathname } = new URL(database.url);
  return `postgres://${host}${pathname}`;
}
