// Ten thousand deliveries at once, until the last is dispatched, to a GitHub that answers in 50 ms and has no rate limit.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { sendAll } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { askForwarder, startForwarder, WEBHOOK_PATH } from '../servers/start-nectr.ts';
import { startServer } from '../servers/start-server.ts';

const COUNT = 10_000;
const ANSWER_MS = 50;
/** Calls at once: CONCURRENCY of forwarder/dispatch/dispatcher.ts. */
const AT_ONCE = 16;
const PATIENCE_MS = 120_000;

export const dispatches: Benchmark = {
  name: 'dispatches',
  run: async () => {
    await using folder = await openFolder();
    await using github = await startServer(new URL('../servers/instant-github.ts', import.meta.url), {});
    await using nectr = await startForwarder({
      databaseUrl: `sqlite:${folder.path}/nectr.db`,
      token: 'ghp_benchmark',
      apiUrl: github.url,
    });
    await askForwarder(nectr.url, '/api/v1/repos/ada/engine/install', 'POST');
    const { secret } = (await (await fetch(`${github.url}/secret`)).json()) as { secret: string };
    const next = openDeliveries({ secret, hookId: 1, repository: { id: 1, fullName: 'ada/engine' } });
    const startedAt = Date.now();
    await sendAll({ url: `${nectr.url}${WEBHOOK_PATH}`, next, connections: 200 }, COUNT);
    const lastAt = await waitForAll(github.url);
    const tookMs = lastAt - startedAt;
    const allowedMs = (COUNT * ANSWER_MS) / AT_ONCE;
    const ratio = tookMs / allowedMs;
    return [
      {
        what: '10,000 deliveries at once, until the last is dispatched',
        beside: `the time that ${AT_ONCE} calls at once of 50 ms allow`,
        ours: milliseconds(tookMs),
        theirs: milliseconds(allowedMs),
        ratio: { median: ratio, least: ratio, most: ratio },
        bound: { kind: 'at most', value: 1.3 },
      },
    ];
  },
};

async function waitForAll(url: string): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { dispatches: count, lastAt } = (await (await fetch(`${url}/dispatched`)).json()) as {
      dispatches: number;
      lastAt: number;
    };
    if (count >= COUNT) return lastAt;
    if (Date.now() > until) throw new Error(`${count} of ${COUNT} were dispatched in ${PATIENCE_MS} ms`);
    await sleep(100);
  }
}
