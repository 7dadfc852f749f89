// The same deliveries with PostgreSQL behind one replica and behind two, beside one replica on SQLite, in turns. All of them, the
// database and the load share the cores of this machine.
import { cpus } from 'node:os';
import { startPostgres } from '../../test/forwarder/inbox/stores.ts';
import type { Benchmark, Row } from '../figure.ts';
import { perSecond } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { measureThroughput } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startNectr, startReplica, type Nectr } from '../servers/start-nectr.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 8;
const SECONDS = 1;
const CONNECTIONS = [20, 200];

export const postgres: Benchmark = {
  name: 'postgres',
  run: async () => {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await openFolder());
    const server = stack.adopt(await startPostgres(), (started) => started.close());
    const database = await server.create();
    if (database.kind !== 'postgres') throw new Error('this is to be a PostgreSQL server');
    const sqlite = stack.use(await startNectr(`sqlite:${folder.path}/nectr.db`));
    const first = stack.use(await startNectr(database.url));
    const second = stack.use(await startReplica(first));
    const nextOf = new Map([sqlite, first].map((nectr) => [nectr, openDeliveries(nectr.sender)]));
    const measure = async (nectr: Nectr, urls: readonly string[], connections: number): Promise<number> => {
      const load = {
        next: nextOf.get(nectr) ?? openDeliveries(nectr.sender),
        connections: connections / urls.length,
        seconds: SECONDS,
      };
      const rates = await Promise.all(urls.map((url) => measureThroughput({ ...load, url })));
      return rates.reduce((sum, rate) => sum + rate, 0);
    };
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const rates = { sqlite: [] as number[], one: [] as number[], two: [] as number[] };
      for (let round = 0; round <= ROUNDS; round += 1) {
        const measured = {
          sqlite: await measure(sqlite, [sqlite.webhookUrl], connections),
          one: await measure(first, [first.webhookUrl], connections),
          two: await measure(first, [first.webhookUrl, second.webhookUrl], connections),
        };
        // The first warms up.
        if (round === 0) continue;
        rates.sqlite.push(measured.sqlite);
        rates.one.push(measured.one);
        rates.two.push(measured.two);
      }
      const describe = (what: string, own: readonly number[]): Row => ({
        what: `deliveries, ${connections} connections, PostgreSQL, ${what}`,
        beside: 'one replica on SQLite',
        ours: perSecond(spread(own).median),
        theirs: perSecond(spread(rates.sqlite).median),
        ratio: spreadOfRatios(own, rates.sqlite),
      });
      rows.push(
        { ...describe('one replica', rates.one), bound: { kind: 'at least', value: 0.6 } },
        describe(`two replicas on ${cpus().length} cores`, rates.two),
      );
    }
    return rows;
  },
};
