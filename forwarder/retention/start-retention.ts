// Removes finished events after RETENTION_DAYS: once at the start, then every hour, in small steps.
import { setTimeout as wait } from 'node:timers/promises';
import type { EventStore } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';

export interface RetentionOptions {
  readonly events: Pick<EventStore, 'removeFinished'>;
  readonly days: number;
  readonly log: Log;
  readonly now: () => Date;
}

const DAY_MS = 24 * 60 * 60_000;
const INTERVAL_MS = 60 * 60_000;
/** Between two steps, for deliveries that wait. */
const PAUSE_MS = 50;

/** Returns what stops it; settles when a step under way has ended. */
export function startRetention(options: RetentionOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      await removeOld(options, signal).catch((error: unknown) => {
        options.log.error({ err: error }, 'old events could not be removed; the next try is in an hour');
      });
      await wait(INTERVAL_MS, undefined, { signal }).catch(() => {}); // stopped meanwhile
    }
  };
  const working = work();
  return async () => {
    stopping.abort();
    await working;
  };
}

async function removeOld({ events, days, log, now }: RetentionOptions, signal: AbortSignal): Promise<void> {
  const before = new Date(now().getTime() - days * DAY_MS);
  let count = 0;
  for (;;) {
    const removed = await events.removeFinished(before);
    count += removed;
    if (removed === 0 || signal.aborted) break;
    await wait(PAUSE_MS);
  }
  if (count > 0) log.info({ count, before }, 'old events removed');
}
