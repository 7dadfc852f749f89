// The 99th percentile of the answer at half of what the forwarder can carry, beside the bare server
// and the least that does what the forwarder cannot do without, at the same rate.
import type { Benchmark, Row } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { measureLatencies, measureThroughput, percentile } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startDurable } from '../servers/start-durable.ts';
import { startNectr } from '../servers/start-nectr.ts';
import { startServer } from '../servers/start-server.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 5;
const CONNECTIONS = 20;
const SECONDS = 2;

export const answerTimes: Benchmark = {
  name: 'answer-times',
  run: async () => {
    await using folder = await openFolder();
    await using nectr = await startNectr(`sqlite:${folder.path}/nectr.db`);
    await using bare = await startServer(new URL('../servers/bare.ts', import.meta.url), {
      SECRET: nectr.sender.secret,
    });
    await using durable = await startDurable(folder, nectr.sender.secret);
    const load = { next: openDeliveries(nectr.sender), connections: CONNECTIONS, seconds: SECONDS };
    const targets = [nectr.webhookUrl, bare.url, durable.url].map((url) => ({ ...load, url }));
    const [ours = { ...load, url: nectr.webhookUrl }] = targets;
    for (const target of targets) await measureThroughput(target);
    const most = [
      await measureThroughput(ours),
      await measureThroughput(ours),
      await measureThroughput(ours),
    ];
    const rate = spread(most).median / 2;
    const times = targets.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, target] of targets.entries()) {
        times[at]?.push(percentile(await measureLatencies(target, rate), 0.99));
      }
    }
    const [own = [], ofBare = [], ofDurable = []] = times;
    const describe = (beside: string, others: readonly number[]): Row => ({
      what: `99th percentile of the answer at half of the maximum rate (${Math.round(rate)} /s)`,
      beside: `${beside} at the same rate`,
      ours: milliseconds(spread(own).median),
      theirs: milliseconds(spread(others).median),
      ratio: spreadOfRatios(own, others),
    });
    return [
      { ...describe('bare node:http and HMAC', ofBare), bound: { kind: 'at most', value: 2 } },
      describe('Express, HMAC, digest, JSON.parse and a durable insert', ofDurable),
    ];
  },
};
