// The floor of the forwarder, which is what it cannot do without: Express, the signature, the digest that a repeated
// body is known by, one JSON.parse, and one insert with the indexes by which a pending event is found, committed together as the forwarder does.
// It looks nothing up: no secrets, duplicates or repositories, and no log.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import express from 'express';
import { gather } from '../../forwarder/inbox/gather.ts';
import { announce } from './announce.ts';

const secret = process.env['SECRET'] ?? '';

const database = new Database(process.env['FILE']);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.pragma('wal_autocheckpoint = 4000');
database.exec(`
  create table events (id integer primary key, delivery_id text not null, repo text not null, repository_id integer not null,
    pull_request integer not null, head_sha text not null, body_digest text not null, status text not null, due_at text not null);
  create unique index events_delivery on events (delivery_id);
  create unique index events_one_pending on events (repository_id, pull_request) where status = 'pending';
  create index events_due on events (status, due_at, id);
  create index events_pull_request on events (repository_id, pull_request, id);
  create index events_repo on events (lower(repo), id);
  create index events_status on events (status, id);
  create index events_repository on events (repository_id, id);
`);
const insert = database.prepare(
  `insert into events (delivery_id, repo, repository_id, pull_request, head_sha, body_digest, status, due_at)
    values (?, ?, ?, ?, ?, ?, 'pending', ?)`,
);

interface Payload {
  readonly repository: { readonly id: number; readonly full_name: string };
  readonly pull_request: { readonly number: number; readonly head: { readonly sha: string } };
}

type Values = readonly [string, string, number, number, string, string, string];

const storeAll = database.transaction((rows: readonly Values[]) => {
  for (const row of rows) insert.run(row);
});
const store = gather({
  all: (rows: readonly Values[]) => {
    storeAll(rows);
    return Promise.resolve(rows.map(() => true));
  },
});

const app = express();
app.set('etag', false);
app.post('/', (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    const given = Buffer.from(String(request.headers['x-hub-signature-256']));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.status(403).end();
      return;
    }
    const digest = hash('sha256', body, 'hex');
    const { repository, pull_request } = JSON.parse(body.toString()) as Payload;
    const delivery = String(request.headers['x-github-delivery']);
    const { id, full_name } = repository;
    const { number, head } = pull_request;
    void store([delivery, full_name, id, number, head.sha, digest, new Date().toISOString()]).then(() => {
      response.json({ status: 'received' });
    });
  });
});
announce(createServer(app));
