// Path → the store on an embedded SQLite file, brought to the current form. The only file that knows SQLite.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type SqliteDatabase,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Log } from '../../open-log.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { composeInbox, type DatabaseWays } from '../compose-inbox.ts';
import type { Inbox } from '../inbox.ts';
import { composeMigrations } from '../migrations/compose-migrations.ts';
import type { Tables } from '../tables.ts';
import { holdFile } from './hold-file.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { Turns } from './turns.ts';

export interface SqliteOptions {
  readonly path: string;
  readonly box: SecretBox;
  readonly log: Log;
  /** How long a write waits for another process's lock, during which nothing else is served; 2 s unless told. */
  readonly busyTimeoutMs?: number | undefined;
  /** For a service: no other one may work on this file. */
  readonly isService?: boolean | undefined;
}

/** @throws an Error that names the file when it cannot be opened, written or brought to the current form */
export async function openSqliteInbox({
  path,
  box,
  log,
  busyTimeoutMs = 2000,
  isService = false,
}: SqliteOptions): Promise<Inbox> {
  let release: (() => void) | undefined;
  try {
    makeFile(path);
    if (isService) release = await holdFile(path, log);
    const db = await openDatabase(path, busyTimeoutMs);
    const close = async (): Promise<void> => {
      await db.destroy();
      release?.();
    };
    return composeInbox(db, composeWays(db, { box, log, close }));
  } catch (error) {
    release?.();
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`The database ${path} cannot be used: ${problem}`, { cause: error });
  }
}

async function openDatabase(path: string, busyTimeoutMs: number): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: new ImmediateDialect(openFile(path, busyTimeoutMs)) });
  const provider = { getMigrations: () => Promise.resolve(composeMigrations(KEY)) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return db;
  await db.destroy();
  throw error;
}

/** One process, one writer: `begin immediate` is the lock of everything. */
function composeWays(
  db: Kysely<Tables>,
  { box, log, close }: Pick<DatabaseWays, 'box' | 'log' | 'close'>,
): DatabaseWays {
  const locks = new OneAtATime();
  const doubters = new Set<() => void>();
  return {
    isShared: false,
    box,
    log,
    askAtOnce: (before, last) =>
      db.transaction().execute(async (trx) => {
        for (const query of before) await trx.executeQuery(query);
        return (await trx.executeQuery(last)).rows;
      }),
    transact: (work) => db.transaction().execute(work),
    composeLocks: () => [],
    announceQueued: () => {},
    onQueued: () => {},
    announceDoubt: () => {
      for (const wake of doubters) wake();
      return Promise.resolve();
    },
    onDoubt: (wake) => void doubters.add(wake),
    exclusively: (key, work) => locks.run(key, () => work(NEVER_LOST)),
    lead: async (_duty, work) => {
      await work(NEVER_LOST);
      return true;
    },
    close,
  };
}

/** There is nobody to lose a lock to. */
const NEVER_LOST = new AbortController().signal;

const KEY = { type: 'integer', autoIncrement: true } as const;

/** Secrets are inside: for this user only. SQLite gives the files beside it the same mode. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

function openFile(path: string, busyTimeoutMs: number): SqliteDatabase {
  const database = new Database(path, { timeout: busyTimeoutMs });
  database.pragma('journal_mode = WAL');
  // FULL: a commit is on disk before GitHub gets its 200. NORMAL would lose the last ones to a power cut.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // In pages of 4 KB. What is written often, such as the top of an index, is copied into the file once for all of them.
  database.pragma('wal_autocheckpoint = 4000');
  return reuseStatements(database);
}

/** Kysely prepares each query anew; the text of ours is always the same, so each is compiled once. */
function reuseStatements(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = statements.get(text) ?? database.prepare(text);
      if (statements.size < MAX_STATEMENTS) statements.set(text, statement);
      return statement;
    },
  };
}

/** Of what is asked about up to a hundred things at once there is one for each number. */
const MAX_STATEMENTS = 1000;

/**
 * A transaction takes the write lock when it begins. Begun as a read, it could not wait for the lock later on: SQLite
 * refuses at once when another process has written since (sqlite.org/lang_transaction.html).
 */
class ImmediateDriver extends SqliteDriver {
  // Kysely's own lock lets newcomers pass who find it free: under load a delivery waited for 10 s, which is GitHub's limit.
  readonly #turns = new Turns();

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take();
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    await super.releaseConnection();
    this.#turns.end();
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class LocklessCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}

class ImmediateDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  /** The writer's lock covers every row: SQLite knows no `for update`. */
  override createQueryCompiler(): SqliteQueryCompiler {
    return new LocklessCompiler();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver({ database: this.#database });
  }
}
