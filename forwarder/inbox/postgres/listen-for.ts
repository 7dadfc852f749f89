// LISTEN on one channel over a connection of its own, which is opened again whenever it is lost. A message that is missed
// meanwhile costs a few seconds: the dispatcher also looks by itself.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../../open-log.ts';

export interface Listener {
  onMessage(handle: () => void): void;
  close(): Promise<void>;
}

const RECONNECT_MS = 1000;

export function listenFor(channel: string, url: string, log: Log): Listener {
  const closing = new AbortController();
  const handlers = new Set<() => void>();
  let client: pg.Client | undefined;
  const listen = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        client = new pg.Client({ connectionString: url, keepAlive: true });
        await followMessages(client, channel, handlers);
      } catch (error) {
        log.warn({ err: error }, 'the database cannot be listened to; trying again');
      }
      await wait(RECONNECT_MS, undefined, { signal: closing.signal }).catch(() => {}); // closed meanwhile
    }
  };
  const listening = listen();
  return {
    onMessage: (handle) => handlers.add(handle),
    close: async () => {
      closing.abort();
      await client?.end().catch(() => {}); // lost already
      await listening;
    },
  };
}

/** Settles when the connection ends. */
async function followMessages(
  client: pg.Client,
  channel: string,
  handlers: ReadonlySet<() => void>,
): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    client.once('end', resolve);
    // Not once: a server that ends says so, and then its connection breaks. An error nobody hears ends the process.
    client.on('error', reject);
  });
  client.on('notification', () => {
    for (const handle of handlers) handle();
  });
  await Promise.race([client.connect(), ended]);
  await client.query(`listen ${channel}`);
  // Something may have been queued before we listened.
  for (const handle of handlers) handle();
  await ended;
}
