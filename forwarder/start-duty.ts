// Work that goes on in rounds for as long as the service runs, on one replica at a time: following runs, fetching what
// never arrived. A round that fails is told and comes again.
import { setTimeout as wait } from 'node:timers/promises';
import { Bell } from './dispatch/bell.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { Log } from './open-log.ts';

export interface DutyOptions {
  readonly name: string;
  readonly lead: Inbox['lead'];
  /** One round. Returns how many ms nothing will be to do, as far as is known. */
  readonly work: (signal: AbortSignal) => Promise<number>;
  readonly log: Log;
}

export interface Duty {
  /** There may be something to do now. */
  wake(): void;
  /** Settles when a round under way has ended. */
  stop(): Promise<void>;
}

/** Until another replica's duty is tried for again, and after a round that failed. */
const RETRY_MS = 5000;

export function startDuty({ name, lead, work, log }: DutyOptions): Duty {
  const stopping = new AbortController();
  const bell = new Bell();
  const goRounds = async (lost: AbortSignal): Promise<void> => {
    const ended = AbortSignal.any([lost, stopping.signal]);
    ended.addEventListener('abort', () => bell.ring());
    while (!ended.aborted) {
      const idleMs = await work(ended).catch((error: unknown) => {
        if (!ended.aborted) log.error({ duty: name, err: error }, 'a round failed; the next one tries again');
        return RETRY_MS;
      });
      if (!ended.aborted) await bell.wait(idleMs);
    }
  };
  const serve = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await lead(name, goRounds).catch((error: unknown) => {
        log.warn({ duty: name, err: error }, 'the database cannot be asked whose duty this is');
      });
      await wait(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {}); // stopped meanwhile
    }
  };
  const serving = serve();
  return {
    wake: () => bell.ring(),
    stop: async () => {
      stopping.abort();
      await serving;
    },
  };
}
