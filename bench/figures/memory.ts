// Memory of the forwarder: a while after its start, and at its highest under the storm.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Row } from '../figure.ts';
import { megabytes } from '../format.ts';
import { openDeliveries } from '../load/deliveries.ts';
import { measureThroughput } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startNectr } from '../servers/start-nectr.ts';

const IDLE_MS = 5000;
const STORM_SECONDS = 15;

export const memory: Benchmark = {
  name: 'memory',
  run: async () => {
    await using folder = await openFolder();
    await using nectr = await startNectr(`sqlite:${folder.path}/nectr.db`);
    await sleep(IDLE_MS);
    const idle = await nectr.readMemory('now');
    const next = openDeliveries(nectr.sender);
    await measureThroughput({ url: nectr.webhookUrl, next, connections: 200, seconds: STORM_SECONDS });
    const storm = await nectr.readMemory('peak');
    return [describe('idle', idle, 90), describe('at its highest under 200 connections', storm, 250)];
  },
};

function describe(when: string, value: number, atMost: number): Row {
  return {
    what: `memory of the forwarder, ${when}`,
    beside: '',
    ours: megabytes(value),
    theirs: '',
    ratio: { median: value, least: value, most: value },
    bound: { kind: 'at most', value: atMost, unit: 'MB' },
  };
}
