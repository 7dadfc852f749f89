// The 99th percentile of the answer at half of what the forwarder can carry, beside the bare server at the same rate.
import type { Benchmark } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { measureLatencies, measureThroughput, percentile } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
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
    const load = { next: openDeliveries(nectr.sender), connections: CONNECTIONS, seconds: SECONDS };
    const ours = { ...load, url: nectr.webhookUrl };
    const theirs = { ...load, url: bare.url };
    await measureThroughput(ours);
    await measureThroughput(theirs);
    const rate = (await measureThroughput(ours)) / 2;
    const own: number[] = [];
    const others: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      own.push(percentile(await measureLatencies(ours, rate), 0.99));
      others.push(percentile(await measureLatencies(theirs, rate), 0.99));
    }
    return [
      {
        what: `99th percentile of the answer at half of the maximum rate (${Math.round(rate)} /s)`,
        beside: 'bare node:http and HMAC at the same rate',
        ours: milliseconds(spread(own).median),
        theirs: milliseconds(spread(others).median),
        ratio: spreadOfRatios(own, others),
        bound: { kind: 'at most', value: 2 },
      },
    ];
  },
};
