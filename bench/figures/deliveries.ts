// Deliveries a second, durable before the 200, beside the bare limit and the peers, in turns.
import type { Benchmark, Row } from '../figure.ts';
import { perSecond } from '../format.ts';
import { openDeliveries, type Delivery } from '../load/deliveries.ts';
import { measureThroughput } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startDurable } from '../servers/start-durable.ts';
import { startNectr } from '../servers/start-nectr.ts';
import { startServer } from '../servers/start-server.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 9;
const SECONDS = 1;
const CONNECTIONS = [20, 200];

/** They store nothing. */
const PEERS = [
  { name: 'bare node:http and HMAC, storing nothing', file: 'bare.ts', atLeast: 0.4 },
  { name: 'middleware of @octokit/webhooks, storing nothing', file: 'middleware.ts', atLeast: 0.9 },
  { name: 'Probot, silent, storing nothing', file: 'probot.js', atLeast: 1.25 },
] as const;

interface Peer {
  readonly name: string;
  readonly url: string;
  readonly atLeast?: number;
}

export const deliveries: Benchmark = {
  name: 'deliveries',
  run: async () => {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await openFolder());
    const nectr = stack.use(await startNectr(`sqlite:${folder.path}/nectr.db`));
    const next = openDeliveries(nectr.sender);
    const others: Peer[] = [];
    for (const { file, ...peer } of PEERS) {
      const address = new URL(`../servers/${file}`, import.meta.url);
      const { url } = stack.use(await startServer(address, { SECRET: nectr.sender.secret }));
      others.push({ ...peer, url });
    }
    const durable = stack.use(await startDurable(folder, nectr.sender.secret));
    others.push({
      name: 'Express, HMAC, digest, JSON.parse and a durable insert: it looks nothing up',
      url: durable.url,
    });
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const urls = [nectr.webhookUrl, ...others.map(({ url }) => url)];
      const [own = [], ...measured] = await measureInTurns(urls, next, connections);
      rows.push(
        ...others.map(({ name, atLeast }, at): Row => {
          const theirs = measured[at] ?? [];
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

/** For each server its rounds; the first round of each warms up and is left out. */
async function measureInTurns(
  urls: readonly string[],
  next: () => Delivery,
  connections: number,
): Promise<number[][]> {
  const measured = urls.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, url] of urls.entries()) {
      const rate = await measureThroughput({ url, next, connections, seconds: SECONDS });
      if (round > 0) measured[at]?.push(rate);
    }
  }
  return measured;
}
