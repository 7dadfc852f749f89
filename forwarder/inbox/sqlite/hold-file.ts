// Path of a store → held by this process alone until it ends, in whatever way: a service takes over at its start what an earlier
// one was dispatching, and two of them would dispatch it twice. The lock is SQLite's own, on a file beside it, and dies with us.
import { closeSync, openSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Log } from '../../open-log.ts';

/** As long as a service has to stop, since it may be our predecessor, and a second more. */
const PATIENCE_MS = 11_000;
const LOOK_EVERY_MS = 100;

/**
 * Resolves with what lets it go.
 * @param path of a file that is there; other names of it are the same
 * @throws when another process holds it for longer than a service takes to stop
 */
export async function holdFile(path: string, log: Log, patienceMs = PATIENCE_MS): Promise<() => void> {
  const lockPath = `${realpathSync(path)}.lock`;
  makeFile(lockPath);
  const lock = new Database(lockPath, { timeout: 0 });
  const until = performance.now() + patienceMs;
  for (let looks = 0; ; looks += 1) {
    try {
      lock.exec('begin exclusive');
      return () => void lock.close();
    } catch (error) {
      if (!isHeld(error) || performance.now() > until) {
        lock.close();
        throw isHeld(error) ? new Error(HELD, { cause: error }) : error;
      }
      if (looks === 0) log.info({ path }, 'another forwarder works on this database: waiting for its end');
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Not opened when it is there: to close it would end a lock of this process (fcntl(2)). */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (readCode(error) !== 'EEXIST') throw error;
  }
}

const HELD =
  'another forwarder works on it and does not end, or its file system knows no locks. Stop the other one before this one starts, ' +
  'or give all replicas one DATABASE_URL=postgres://…';

function isHeld(error: unknown): boolean {
  return readCode(error) === 'SQLITE_BUSY';
}

function readCode(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
