// Connections of their own, through a relay that can fall silent without closing anything, as a network does that drops
// packets.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { leadAlone } from '../../../../forwarder/inbox/postgres/lead-alone.ts';
import { listenFor } from '../../../../forwarder/inbox/postgres/listen-for.ts';
import { runExclusively } from '../../../../forwarder/inbox/postgres/run-exclusively.ts';
import { openLog } from '../../../../forwarder/open-log.ts';
import { waitFor } from '../../wait-for.ts';
import { startPostgres, type PostgresServer } from '../stores.ts';
import { startRelay, type Relay } from './start-relay.ts';

const LIVENESS = { connectTimeoutMs: 2000, pingEveryMs: 20, pingTimeoutMs: 500 };

let server: PostgresServer;
let direct: string;
let relay: Relay;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.create();
  direct = database.kind === 'postgres' ? database.url : '';
});
afterAll(() => server.close());
beforeEach(async () => {
  relay = await startRelay(direct);
});
afterEach(() => relay.close());

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('a connection that is dropped silently', () => {
  it('ends the duty that was held over it', async () => {
    const leading = Promise.withResolvers<void>();
    const led = leadAlone(
      relay.url,
      'duty',
      async (lost) => {
        leading.resolve();
        await untilAborted(lost);
      },
      LIVENESS,
    );
    await leading.promise;
    relay.dropSilently();
    expect(await led).toBe(true);
  });

  it('is opened again by who listens', async () => {
    let messages = 0;
    const listener = listenFor('nectr_test', relay.url, openLog('silent'), LIVENESS);
    listener.onMessage('', () => (messages += 1));
    await waitFor('the first connection', () => messages > 0);
    relay.dropSilently();
    const client = new pg.Client({ connectionString: direct });
    await client.connect();
    const before = messages;
    await waitFor('another one', () => messages > before);
    const heard = messages;
    await client.query('notify nectr_test');
    await waitFor('the message', () => messages > heard);
    expect(messages).toBeGreaterThan(heard);
    await client.end();
    await listener.close();
  });

  it('is told to the work that its lock was for', async () => {
    const held = Promise.withResolvers<void>();
    const work = async (lost: AbortSignal): Promise<string> => {
      held.resolve();
      await untilAborted(lost);
      return 'told';
    };
    const done = runExclusively(relay.url, 'key', work, LIVENESS);
    await held.promise;
    relay.dropSilently();
    expect(await done).toBe('told');
  });

  it('is not waited on by who waits for another to end', async () => {
    const first = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = runExclusively(
      direct,
      'key',
      async () => {
        held.resolve();
        await first.promise;
      },
      LIVENESS,
    );
    await held.promise;
    const opened = relay.count();
    const waiting = runExclusively(relay.url, 'key', () => Promise.resolve('done'), LIVENESS);
    const outcome = waiting.then(
      () => 'done',
      () => 'lost',
    );
    await waitFor('its connection', () => relay.count() > opened);
    relay.dropSilently();
    expect(await outcome).toBe('lost');
    first.resolve();
    await holder;
  });
});

it('a server that accepts and says nothing is given up', async () => {
  relay.fallSilent();
  const brief = { ...LIVENESS, connectTimeoutMs: 200 };
  await expect(leadAlone(relay.url, 'duty', () => Promise.resolve(), brief)).rejects.toThrow(/timeout/i);
});

it('a server that says nothing to the very first statement is given up', async () => {
  relay.fallSilentAt('tcp_keepalives_idle');
  await expect(leadAlone(relay.url, 'duty', () => Promise.resolve(), LIVENESS)).rejects.toThrow(
    /terminated/i,
  );
});

it('who waits for a key goes on when it is free', async () => {
  const order: string[] = [];
  const work = (name: string) => () => Promise.resolve(void order.push(name));
  await Promise.all(['a', 'b', 'c'].map((name) => runExclusively(direct, 'key', work(name), LIVENESS)));
  expect(order.toSorted()).toEqual(['a', 'b', 'c']);
});
