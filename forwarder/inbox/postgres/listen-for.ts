// LISTEN on one channel over a connection of its own, which is opened again whenever it is lost. A message that is missed
// meanwhile costs a few seconds: the dispatcher also looks by itself.
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../open-log.ts';
import { withClient, type Liveness } from './with-client.ts';

export interface Listener {
  /** `topic`: the payload of the message. Also called when there may have been one that was missed. */
  onMessage(topic: string, handle: () => void): void;
  close(): Promise<void>;
}

const RECONNECT_MS = 1000;

export function listenFor(channel: string, url: string, log: Log, liveness?: Liveness): Listener {
  const closing = new AbortController();
  const { signal } = closing;
  const handlers: { readonly topic: string; readonly handle: () => void }[] = [];
  const handleAll = (payload?: string): void => {
    for (const { topic, handle } of handlers) if (payload === undefined || payload === topic) handle();
  };
  const listen = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await withClient(
          url,
          async (client, lost) => {
            client.on('notification', ({ payload }) => handleAll(payload ?? ''));
            await client.query(`listen ${channel}`);
            // Something may have been queued before we listened.
            handleAll();
            const ended = AbortSignal.any([lost, signal]);
            if (!ended.aborted) await once(ended, 'abort');
            if (!signal.aborted) throw new Error('the connection was lost');
          },
          liveness,
        );
      } catch (error) {
        log.warn({ err: error }, 'the database cannot be listened to; trying again');
      }
      await wait(RECONNECT_MS, undefined, { signal }).catch(() => {}); // closed meanwhile
    }
  };
  const listening = listen();
  return {
    onMessage: (topic, handle) => void handlers.push({ topic, handle }),
    close: async () => {
      closing.abort();
      await listening;
    },
  };
}
