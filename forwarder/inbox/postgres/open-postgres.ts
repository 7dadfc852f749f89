// Address → the store on PostgreSQL, for any number of replicas. The only file that knows PostgreSQL.
import { Kysely, PostgresDialect, sql, type CompiledQuery } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import type { Log } from '../../open-log.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { composeInbox, type PullRequest } from '../compose-inbox.ts';
import type { Inbox } from '../inbox.ts';
import { composeMigrations } from '../migrations/compose-migrations.ts';
import type { Db, Tables } from '../tables.ts';
import { askAtOnce } from './ask-at-once.ts';
import { announceSparingly } from './announce-sparingly.ts';
import { listenFor } from './listen-for.ts';
import { leadAlone } from './lead-alone.ts';
import { openPool } from './open-pool.ts';
import { runExclusively } from './run-exclusively.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly box: SecretBox;
  readonly log: Log;
  /** 8 s unless told. */
  readonly statementTimeoutMs?: number;
}

/** Of one replica; PostgreSQL allows a hundred in all unless told. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5000;
/** A statement that hangs must not hold a delivery for longer than GitHub waits. */
const STATEMENT_TIMEOUT_MS = 8000;
const CHANNEL = 'nectr_events';
const DOUBT = 'doubt';

/** @throws an Error that names the host when it cannot be reached or brought to the current form; never the password */
export async function openPostgresInbox({
  url,
  box,
  log,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
}: PostgresOptions): Promise<Inbox> {
  await migrate(url);
  const pool = openPool(url, {
    max: MAX_CONNECTIONS,
    pipeline: true,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs,
    onIdleLost: (error) => {
      log.warn({ err: error }, 'an idle connection to the database was lost');
    },
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const listener = listenFor(CHANNEL, url, log);
  const notify = async (topic: string): Promise<void> => {
    await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(db);
  };
  const queued = announceSparingly(
    () => notify(''),
    (error) =>
      log.warn({ err: error }, 'other replicas could not be told of an event: they look by themselves'),
  );
  return composeInbox(db, {
    isShared: true,
    box,
    log,
    askAtOnce: (before, last) => retryOnConflict(() => askAtOnce(db, before, last)),
    transact: (work) => retryOnConflict(() => db.transaction().execute(work)),
    composeLocks: (trx, pullRequests) => [composeLock(trx, pullRequests)],
    announceQueued: () => queued.announce(),
    onQueued: (wake) => {
      listener.onMessage('', wake);
    },
    announceDoubt: () => notify(DOUBT),
    onDoubt: (wake) => listener.onMessage(DOUBT, wake),
    exclusively: (key, work) => runExclusively(url, key, work),
    lead: (duty, work) => leadAlone(url, duty, work),
    close: async () => {
      await Promise.all([listener.close(), queued.close()]);
      await db.destroy();
    },
  });
}

/** Without the time limit of other statements: an index on a million events takes longer than a delivery may. */
async function migrate(url: string): Promise<void> {
  const pool = openPool(url, { max: 2, connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    // The migrator holds a lock of its own, so that replicas that start together migrate once.
    const provider = { getMigrations: () => Promise.resolve(composeMigrations(KEY)) };
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) throw error;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`The database on ${new URL(url).host} cannot be used: ${problem}`, { cause: error });
  } finally {
    await db.destroy();
  }
}

const KEY = { type: 'bigserial', autoIncrement: false } as const;

/** What is decided about a pull request's events is decided by one replica at a time. Held until the commit. */
function composeLock(db: Db, pullRequests: readonly PullRequest[]): CompiledQuery {
  const keys = pullRequests.map(({ repositoryId, pullRequest }) => `${repositoryId}/${pullRequest}`);
  // One after the other, as they come: `unnest` keeps their order.
  return sql`select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest(${keys}::text[]) as key`.compile(
    db,
  );
}

const MAX_CONFLICTS = 3;
/** unique_violation, serialization_failure, deadlock_detected */
const CONFLICTS = new Set(['23505', '40001', '40P01']);

/** Two replicas may take the same delivery at the same moment: the second finds it stored when it looks again. */
async function retryOnConflict<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
      if (tries === MAX_CONFLICTS || !CONFLICTS.has(code)) throw error;
    }
  }
}
