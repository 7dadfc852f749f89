// What statements go over is lost while they are under way: they fail in time, and the next ones find another way.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { openPostgresInbox } from '../../../../forwarder/inbox/postgres/open-postgres.ts';
import { openLog } from '../../../../forwarder/open-log.ts';
import { openSecretBox } from '../../../../forwarder/secrets/secret-box.ts';
import { waitFor } from '../../wait-for.ts';
import { startPostgres, type PostgresServer } from '../stores.ts';
import { startRelay } from './start-relay.ts';

let server: PostgresServer;
let url: string;

const log = openLog('silent');
const box = openSecretBox([Buffer.alloc(32, 1)]);
const NOW = new Date('2026-11-23T10:00:00Z');

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.create();
  url = database.kind === 'postgres' ? database.url : '';
});
afterAll(() => server.close());

it('a server that ends connections at work fails their statements, and not the process', async () => {
  const inbox = await openPostgresInbox({ url, box, log });
  const holder = new pg.Client({ connectionString: url });
  const person = new pg.Client({ connectionString: url });
  await Promise.all([holder.connect(), person.connect()]);
  // Whoever writes waits for this lock, and so is at work when its connection ends.
  await holder.query('begin; lock table probes');
  const uncaught: unknown[] = [];
  const hear = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', hear);
  const outcomes = [1, 2, 3].map(() =>
    inbox.probe(NOW).then(
      () => 'written',
      () => 'failed',
    ),
  );
  const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await waitFor('all three', async () => (await person.query(waiting)).rows.length === 3);
  await person.query(`select pg_terminate_backend(pid) from (${waiting}) as waiting`);
  expect(await Promise.all(outcomes)).toEqual(['failed', 'failed', 'failed']);
  await Promise.all([holder.end(), person.end()]);
  await inbox.probe(NOW);
  process.off('uncaughtException', hear);
  expect(uncaught).toEqual([]);
  await inbox.close();
});

it('a connection that is dropped silently fails its statement in time, and the next one gets another', async () => {
  const relay = await startRelay(url);
  const inbox = await openPostgresInbox({ url: relay.url, box, log, statementTimeoutMs: 200 });
  await inbox.probe(NOW);
  relay.dropSilently();
  await expect(inbox.probe(NOW)).rejects.toThrow('the database does not answer');
  await inbox.probe(NOW);
  await relay.close();
  await inbox.close();
});
