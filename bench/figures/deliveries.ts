// Deliveries a second, durable before the 200, beside the bare limit and the peers, in turns.
import type { Benchmark, Row } from '../figure.ts';
import { perSecond } from '../format.ts';
import { openDeliveries, type Delivery } from '../load/deliveries.ts';
import { measureThroughput } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startNectr } from '../servers/start-nectr.ts';
import { startServer } from '../servers/start-server.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 5;
const SECONDS = 1.5;
const CONNECTIONS = [20, 200];

const PEERS = [
  { name: 'bare node:http and HMAC, storing nothing', file: 'bare.ts', atLeast: 0.4 },
  { name: 'middleware of @octokit/webhooks, storing nothing', file: 'middleware.ts', atLeast: 0.9 },
  { name: 'Probot, silent, storing nothing', file: 'probot.js', atLeast: 1.25 },
  {
    name: 'the least that stores as durably: no routes, no duplicates',
    file: 'durable.ts',
    atLeast: undefined,
  },
] as const;

interface Target {
  readonly url: string;
  readonly next: () => Delivery;
}

export const deliveries: Benchmark = {
  name: 'deliveries',
  run: async () => {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await openFolder());
    const nectr = stack.use(await startNectr(`sqlite:${folder.path}/nectr.db`));
    const next = openDeliveries(nectr.sender);
    const ours: Target = { url: nectr.webhookUrl, next };
    const peers: Target[] = [];
    for (const { file } of PEERS) {
      const server = await startServer(new URL(`../servers/${file}`, import.meta.url), {
        SECRET: nectr.sender.secret,
        FILE: `${folder.path}/${file}.db`,
      });
      peers.push({ url: stack.use(server).url, next });
    }
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const measured = await measureInTurns([ours, ...peers], connections);
      const [own = [], ...others] = measured;
      rows.push(
        ...PEERS.map(({ name, atLeast }, at): Row => {
          const theirs = others[at] ?? [];
          return {
            what: `signed deliveries of 25 KB, ${connections} connections, durable before the 200 (SQLite)`,
            beside: name,
            ours: perSecond(spread(own).median),
            theirs: perSecond(spread(theirs).median),
            ratio: spreadOfRatios(own, theirs),
            ...(atLeast === undefined ? {} : { bound: { kind: 'at least', value: atLeast } }),
          };
        }),
      );
    }
    return rows;
  },
};

/** For each target its rounds; the first round of each warms up and is left out. */
async function measureInTurns(targets: readonly Target[], connections: number): Promise<number[][]> {
  const measured = targets.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, target] of targets.entries()) {
      const rate = await measureThroughput({ ...target, connections, seconds: SECONDS });
      if (round > 0) measured[at]?.push(rate);
    }
  }
  return measured;
}
