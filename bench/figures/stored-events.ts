// Throughput with a million events stored, beside an empty store, in turns; answer time of both while they answer at once.
import Database from 'better-sqlite3';
import { v1 as composeGuid } from 'uuid';
import type { Benchmark, Row } from '../figure.ts';
import { milliseconds, perSecond } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { measureLatencies, measureThroughput, percentile } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startNectr } from '../servers/start-nectr.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const EVENTS = 1_000_000;
const ROUNDS = 12;
const SECONDS = 1.25;
const CONNECTIONS = 20;

export const storedEvents: Benchmark = {
  name: 'stored-events',
  run: async () => {
    await using folder = await openFolder();
    const fullPath = `${folder.path}/full.db`;
    // Migrated by the forwarder itself, and filled while it is down.
    await (await startNectr(`sqlite:${fullPath}`))[Symbol.asyncDispose]();
    fill(fullPath);
    await using full = await startNectr(`sqlite:${fullPath}`);
    await using empty = await startNectr(`sqlite:${folder.path}/empty.db`);
    const [ours, theirs] = [full, empty].map(({ webhookUrl, sender }) => ({
      url: webhookUrl,
      next: openDeliveries(sender),
      connections: CONNECTIONS,
      seconds: SECONDS,
    })) as [Parameters<typeof measureThroughput>[0], Parameters<typeof measureThroughput>[0]];
    const rates = { full: [] as number[], empty: [] as number[] };
    const times = { full: [] as number[], empty: [] as number[] };
    const stores = [
      { load: ours, rates: rates.full, times: times.full },
      { load: theirs, rates: rates.empty, times: times.empty },
    ];
    for (const { load } of stores) await measureThroughput(load);
    for (let round = 0; round < ROUNDS; round += 1) {
      // What was asked of one is still being written while the other answers: each comes first in turns.
      const order = round % 2 === 0 ? stores : stores.toReversed();
      for (const store of order) store.rates.push(await measureThroughput(store.load));
      // At once, since what slows one down for a moment then slows both: in turns, the ratio of one round is anything from 0.4 to 2. What
      // the full one costs more slows both as well, which the throughput shows.
      const rate = (rates.empty.at(-1) ?? NaN) / 4;
      await Promise.all(
        stores.map(async (store) =>
          store.times.push(
            percentile(await measureLatencies({ ...store.load, connections: CONNECTIONS / 2 }, rate), 0.5),
          ),
        ),
      );
    }
    return [
      {
        what: 'deliveries with 1,000,000 events stored',
        beside: 'an empty store',
        ours: perSecond(spread(rates.full).median),
        theirs: perSecond(spread(rates.empty).median),
        ratio: spreadOfRatios(rates.full, rates.empty),
        bound: { kind: 'at least', value: 0.9 },
      },
      {
        what: 'median answer with 1,000,000 events stored, both at once at a quarter of the maximum rate',
        beside: 'an empty store',
        ours: milliseconds(spread(times.full).median),
        theirs: milliseconds(spread(times.empty).median),
        // As a speed, so that the bound means the same as above.
        ratio: spreadOfRatios(times.empty, times.full),
        bound: { kind: 'at least', value: 0.9 },
      },
    ] satisfies Row[];
  },
};

/** Completed reviews of a thousand repositories, one a second until now. */
function fill(path: string): void {
  const db = new Database(path);
  const now = Date.now();
  db.function('compose_guid', (n: number) => composeGuid({ msecs: now - (EVENTS - n) * 1000 }));
  db.exec(`with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ${EVENTS})
    insert into events (delivery_id, repo, repository_id, event_type, effect, action, pull_request, head_sha, base_sha,
      body_digest, pr_updated_at, status, attempts, failures, received_at, queued_at, dispatched_at, completed_at)
    select compose_guid(n), printf('ada/engine-%d', n % 1000), 5000000 + n % 1000, 'opened_pull_request', 'dispatch',
      'opened', n / 1000, printf('%040x', n), printf('%040x', 1), printf('%064x', n), t, 'completed', 1, 0, t, t, t, t
    from (select n, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('-%d seconds', (${EVENTS} - n))) as t from counted)`);
  db.close();
}
