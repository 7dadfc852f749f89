// Load on one address: as much as a number of connections carries, or a rate whose answers are timed from when each
// request was due, so that a server that stalls cannot hide it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import type { Delivery } from './deliveries.ts';

export interface Load {
  readonly url: string;
  readonly next: () => Delivery;
  readonly connections: number;
  readonly seconds: number;
}

/** Answers per second. @throws when an answer is not 200 */
export async function measureThroughput(load: Load): Promise<number> {
  const until = performance.now() + load.seconds * 1000;
  let answered = 0;
  await withClients(load, async (send) => {
    while (performance.now() < until) {
      await send();
      answered += 1;
    }
  });
  return answered / load.seconds;
}

/** A given number of deliveries, as fast as the connections carry them. Resolves with the milliseconds it took. */
export async function sendAll(load: Omit<Load, 'seconds'>, count: number): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  await withClients(load, async (send) => {
    while (left > 0) {
      left -= 1;
      await send();
    }
  });
  return performance.now() - startedAt;
}

/** The times of all answers at `rate` requests a second, in ms, from when each was due. */
export async function measureLatencies(load: Load, rate: number): Promise<number[]> {
  const startedAt = performance.now();
  const count = Math.floor(rate * load.seconds);
  const latencies: number[] = [];
  let taken = 0;
  await withClients(load, async (send) => {
    while (taken < count) {
      const dueAt = startedAt + (taken / rate) * 1000;
      taken += 1;
      const early = dueAt - performance.now();
      if (early > 0) await sleep(early);
      await send();
      latencies.push(performance.now() - dueAt);
    }
  });
  return latencies;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

async function withClients(
  { url, next, connections }: Pick<Load, 'url' | 'next' | 'connections'>,
  work: (send: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { origin, pathname } = new URL(url);
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  try {
    await Promise.all(
      clients.map((client) =>
        work(async () => {
          const { headers, body } = next();
          const answer = await client.request({ path: pathname, method: 'POST', headers, body });
          const text = await answer.body.text();
          if (answer.statusCode !== 200)
            throw new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 200)}`);
        }),
      ),
    );
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}
