// The list of repositories against a GitHub that is slow, or silent.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openInbox } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { readKeyFile } from '../../../forwarder/secrets/read-key-file.ts';
import { openSecretBox } from '../../../forwarder/secrets/secret-box.ts';
import { startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';
import { waitFor } from '../wait-for.ts';

let folder: string;
let github: Server;
let forwarder: LocalForwarder;
/** Of webhooks; null: GitHub says nothing. */
let answerCode: number | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-readings-'));
  answerCode = 200;
  github = createServer((request, response) => {
    const id = Number(/\/hooks\/(\d+)$/.exec(request.url ?? '')?.[1]);
    if (answerCode === null || Number.isNaN(id)) return; // silence
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        id,
        active: true,
        events: ['pull_request', 'issues'],
        config: {},
        created_at: '2026-11-23T10:00:00Z',
        updated_at: '2026-11-23T10:00:00Z',
        last_response: { code: answerCode, status: 'active', message: 'OK' },
      }),
    );
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  github.closeAllConnections();
  await forwarder.close();
  await new Promise((resolve) => github.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function startWith(connections: number, githubTimeoutMs = 10_000): Promise<void> {
  const databasePath = join(folder, 'nectr.db');
  const log = openLog('silent');
  await (await openInbox({ kind: 'sqlite', path: databasePath }, { secretsKeys: [], log })).close();
  insertConnections(databasePath, connections);
  const { port } = github.address() as AddressInfo;
  forwarder = await startLocalForwarder({
    databasePath,
    githubTimeoutMs,
    environment: { GITHUB_TOKEN: 'token', GITHUB_API_URL: `http://127.0.0.1:${port}` },
  });
}

/** In one transaction: one by one, a thousand take seconds. */
function insertConnections(path: string, count: number): void {
  const box = openSecretBox([readKeyFile(path)]);
  const db = new Database(path);
  const insert = db.prepare(
    `insert into connections (repository_id, full_name, hook_id, secret, state, created_at, updated_at)
     values (?, ?, ?, ?, 'connected', '', '')`,
  );
  const insertAll = db.transaction(() => {
    for (let id = 1; id <= count; id += 1) insert.run(id, `octo/app-${id}`, id, box.seal('s'.repeat(64), id));
  });
  insertAll();
  db.close();
}

async function list() {
  const startedAt = performance.now();
  const { body } = await forwarder.ask('GET', '/api/v1/repos');
  const repos = body['repos'] as Record<string, unknown>[];
  return { repos, ms: performance.now() - startedAt };
}

const WORKS = { code: 200, status: 'active', message: 'OK' };
const isRead = (repo: Record<string, unknown>): boolean => repo['last_response_read_at'] !== null;

describe('the list of repositories', () => {
  it('of a thousand is there at once while GitHub is silent, and says that nothing was read', async () => {
    answerCode = null;
    await startWith(1000, 1000);
    const { repos, ms } = await list();
    // Some 50 ms on a machine that does nothing else; one by one, the reads would take minutes.
    expect(ms).toBeLessThan(5000);
    expect(repos).toHaveLength(1000);
    expect(repos.every((repo) => repo['last_response'] === null && !isRead(repo))).toBe(true);
  });

  it('of a few does not wait for a silent GitHub beyond its deadline', async () => {
    answerCode = null;
    await startWith(3);
    const { repos, ms } = await list();
    expect(ms).toBeLessThan(5000);
    expect(repos).toHaveLength(3);
    expect(repos.some(isRead)).toBe(false);
  });

  it('of many shows what was read behind an earlier answer, and since when', async () => {
    await startWith(60);
    const startedAt = Date.now();
    expect((await list()).repos.some(isRead)).toBe(false);
    const repos = await waitFor('the webhooks', async () => {
      const { repos: listed } = await list();
      return listed.every(isRead) && listed;
    });
    expect(repos.every((repo) => repo['last_response'] !== null)).toBe(true);
    expect(repos[59]).toMatchObject({ last_response: WORKS });
    expect(Date.parse(String(repos[59]?.['last_response_read_at']))).toBeGreaterThanOrEqual(startedAt);
  });

  it('of a few shows what GitHub says now', async () => {
    await startWith(2);
    expect((await list()).repos).toMatchObject([{ last_response: WORKS }, { last_response: WORKS }]);
    answerCode = 503;
    expect((await list()).repos).toMatchObject([
      { last_response: { code: 503 } },
      { last_response: { code: 503 } },
    ]);
  });
});
