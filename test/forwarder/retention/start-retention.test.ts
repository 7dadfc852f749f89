import { expect, it } from '@jest/globals';
import { openLog } from '../../../forwarder/open-log.ts';
import { startRetention } from '../../../forwarder/retention/start-retention.ts';
import { waitFor } from '../wait-for.ts';

const now = (): Date => new Date('2026-11-23T10:00:00Z');

it('removes step by step until nothing old is left, and stops when it is told to', async () => {
  const asked: string[] = [];
  const left = [500, 20, 0];
  const removeFinished = (before: Date): Promise<number> => {
    asked.push(before.toISOString());
    return Promise.resolve(left.shift() ?? 0);
  };
  const lines: string[] = [];
  const log = openLog('info', { write: (line) => void lines.push(line) });
  const stop = startRetention({ events: { removeFinished }, days: 30, log, now });
  await waitFor('the end of the first round', () => asked.length === 3 && lines.length === 1);
  await stop();
  expect(new Set(asked)).toEqual(new Set(['2026-10-24T10:00:00.000Z']));
  expect(lines[0]).toContain('"count":520');
});

it('goes on after a store that fails', async () => {
  const lines: string[] = [];
  const log = openLog('info', { write: (line) => void lines.push(line) });
  const events = { removeFinished: () => Promise.reject(new Error('locked')) };
  const stop = startRetention({ events, days: 30, log, now });
  await waitFor('the log', () => lines.length > 0);
  await stop();
  expect(lines[0]).toContain('old events could not be removed');
});
