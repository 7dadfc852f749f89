// On a real server, over one connection: what is left of a transaction would be seen by the next.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { askAtOnce } from '../../../../forwarder/inbox/postgres/ask-at-once.ts';
import { openPool } from '../../../../forwarder/inbox/postgres/open-pool.ts';
import type { Tables } from '../../../../forwarder/inbox/tables.ts';
import { startPostgres, type PostgresServer } from '../stores.ts';

let server: PostgresServer;
let db: Kysely<Tables>;

beforeAll(async () => {
  server = await startPostgres();
  const database = await server.create();
  const url = database.kind === 'postgres' ? database.url : '';
  const pool = openPool(url, { max: 1, pipeline: true, connectTimeoutMs: 5000, statementTimeoutMs: 2000 });
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
});
afterAll(async () => {
  await db.destroy();
  await server.close();
});
beforeEach(async () => {
  await db.executeQuery(CompiledQuery.raw('drop table if exists notes'));
  await db.executeQuery(CompiledQuery.raw('create table notes (id integer unique)'));
});

const add = (id: number) => CompiledQuery.raw('insert into notes values ($1)', [id]);
const list = CompiledQuery.raw('select id from notes order by id');

const readAll = async (): Promise<unknown[]> => (await db.executeQuery(list)).rows;

describe('queries asked at once', () => {
  it('run in their order, and give the rows of the last', async () => {
    expect(await askAtOnce(db, [add(1), add(2)], list)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await readAll()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it.each([
    ['first', [add(1), add(1), add(2)], list],
    ['last', [add(2)], CompiledQuery.raw('select 1 / 0')],
  ])('store nothing when the %s fails, and tell why', async (_, before, last) => {
    await expect(askAtOnce(db, before, last)).rejects.toThrow(/unique|zero/);
    // The connection is in no transaction any more: this one is kept.
    await askAtOnce(db, [add(3)], list);
    expect(await readAll()).toEqual([{ id: 3 }]);
  });

  it('wait for each other when they come together', async () => {
    const rows = await Promise.all([
      askAtOnce(db, [add(1)], list),
      askAtOnce(db, [add(2)], list),
      askAtOnce(db, [add(3)], list),
    ]);
    expect(rows.map((each) => each.length)).toEqual([1, 2, 3]);
  });
});
