// Path of a store → held by this process alone until it ends, in whatever way: a service takes over at its start what an earlier
// one was dispatching, and two of them would dispatch it twice. The lock is SQLite's own, on a file beside it, and dies with us.
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Log } from '../../open-log.ts';

/** As long as a service has to stop, since it may be our predecessor, and a second more. */
const PATIENCE_MS = 11_000;
const LOOK_EVERY_MS = 100;

/** Resolves with what lets it go. @throws when another process holds it for longer than a service takes to stop */
export async function holdFile(path: string, log: Log, patienceMs = PATIENCE_MS): Promise<() => void> {
  closeSync(openSync(`${path}.lock`, 'a', 0o600));
  const lock = new Database(`${path}.lock`, { timeout: 0 });
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

const HELD =
  'another forwarder works on it, and does not end. Stop it, or give all replicas one DATABASE_URL=postgres://…';

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}
