// The least that stores a delivery before it answers, as the floor of the forwarder: HTTP, the signature, one JSON.parse, and an
// insert into a table that knows each delivery and each pull request once, committed together. No routes, checks, log or repositories.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { announce } from './announce.ts';

const secret = process.env['SECRET'] ?? '';

const database = new Database(process.env['FILE']);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`
  create table events (id integer primary key, delivery_id text not null, repository_id integer not null,
    pull_request integer not null, head_sha text not null, received_at text not null);
  create unique index events_delivery on events (delivery_id);
  create unique index events_pull_request on events (repository_id, pull_request);
`);
const insert = database.prepare(
  'insert into events (delivery_id, repository_id, pull_request, head_sha, received_at) values (?, ?, ?, ?, ?)',
);

interface Payload {
  readonly repository: { readonly id: number };
  readonly pull_request: { readonly number: number; readonly head: { readonly sha: string } };
}

interface Waiting {
  readonly values: readonly unknown[];
  readonly answer: () => void;
}

let waiting: Waiting[] = [];
const store = database.transaction((batch: readonly Waiting[]) => {
  for (const { values } of batch) insert.run(values);
});

function flush(): void {
  const batch = waiting;
  waiting = [];
  store(batch);
  for (const { answer } of batch) answer();
}

announce(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
      const given = Buffer.from(String(request.headers['x-hub-signature-256']));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        response.writeHead(403).end();
        return;
      }
      const { repository, pull_request } = JSON.parse(body.toString()) as Payload;
      const delivery = String(request.headers['x-github-delivery']);
      const { number, head } = pull_request;
      waiting.push({
        values: [delivery, repository.id, number, head.sha, new Date().toISOString()],
        answer: () => {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"received"}');
        },
      });
      if (waiting.length === 1) setImmediate(flush);
    });
  }),
);
