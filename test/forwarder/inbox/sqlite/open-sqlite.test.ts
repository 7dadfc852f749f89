import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../../../../forwarder/inbox/event.ts';
import type { Inbox } from '../../../../forwarder/inbox/inbox.ts';
import { openLog } from '../../../../forwarder/open-log.ts';
import { openSecretBox } from '../../../../forwarder/secrets/secret-box.ts';
import { holdFile } from '../../../../forwarder/inbox/sqlite/hold-file.ts';
import { openSqliteInbox } from '../../../../forwarder/inbox/sqlite/open-sqlite.ts';

const log = openLog('silent');
const box = openSecretBox([Buffer.alloc(32, 1)]);
let folder: string;
let path: string;
let inbox: Inbox;
let nowMs: number;
let counter: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-inbox-'));
  path = join(folder, 'data', 'nectr.db');
  inbox = await openSqliteInbox({ box, log, path, busyTimeoutMs: 50 });
  nowMs = Date.parse('2026-11-23T10:00:00Z');
  counter = 0;
});

afterEach(async () => {
  await inbox.close();
  await rm(folder, { recursive: true, force: true });
});

const now = (): Date => new Date(nowMs);

interface Input {
  readonly effect?: 'dispatch' | 'withdraw';
  readonly head?: string;
  readonly at?: string;
  readonly pullRequest?: number;
  readonly repositoryId?: number;
  readonly deliveryId?: string;
  readonly bodyDigest?: string;
}

function compose({ effect = 'dispatch', head = 'a', at = '10:00:00', ...input }: Input = {}): NewEvent {
  counter += 1;
  const repositoryId = input.repositoryId ?? 1;
  return {
    deliveryId: input.deliveryId ?? `delivery-${counter}`,
    bodyDigest: input.bodyDigest ?? `digest-${counter}`,
    eventType: effect === 'dispatch' ? 'synchronize_pull_request' : 'closed_pull_request',
    action: effect === 'dispatch' ? 'synchronize' : 'closed',
    repo: 'octo/app',
    repositoryId,
    effect,
    facts: {
      repositoryId,
      pullRequest: input.pullRequest ?? 7,
      headSha: head.repeat(40),
      baseSha: 'b'.repeat(40),
      updatedAt: `2026-11-23T${at}.000Z`,
    },
  };
}

const store = (input?: Input) => inbox.events.store(compose(input), {}, now());
const statusOf = async (id: number) => (await inbox.events.read(id))?.status;

/** As another service does. */
async function holdInProcess(file: string): Promise<ChildProcess> {
  const module = new URL('../../../../forwarder/inbox/sqlite/hold-file.ts', import.meta.url).href;
  const lines = [
    `import { holdFile } from '${module}';`,
    `await holdFile('${file}', { info() {} });`,
    `console.log('held');`,
    'setInterval(() => {}, 1000);',
  ];
  const args = ['--input-type=module', '--disable-warning=ExperimentalWarning', '--eval', lines.join('\n')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the file', () => {
  it('and its folder are for this user only', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}-wal`)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
  });

  it('is written ahead, and waits for the disk on each commit', () => {
    const reader = new Database(path, { readonly: true });
    expect(reader.pragma('journal_mode', { simple: true })).toBe('wal');
    reader.close();
  });

  it('keeps what was stored over a restart, and is not migrated twice', async () => {
    await store();
    await inbox.close();
    inbox = await openSqliteInbox({ box, log, path });
    expect(await statusOf(1)).toBe('pending');
  });

  it('that is no database is a clear error', async () => {
    await expect(openSqliteInbox({ box, log, path: join(folder, 'data') })).rejects.toThrow(
      /^The database .*data cannot be used: /,
    );
    await expect(openSqliteInbox({ box, log, path: join(path, 'nectr.db') })).rejects.toThrow(
      /cannot be used: .*(ENOTDIR|EEXIST)/,
    );
  });

  it("is one service's alone, under whatever name, until that has ended", async () => {
    const held = join(folder, 'held.db');
    const other = join(folder, 'other.db');
    await writeFile(held, '');
    await symlink(held, other);
    const service = await holdInProcess(held);
    await expect(holdFile(other, log, 50)).rejects.toThrow(/another forwarder works on it/);
    // Whoever encrypts the secrets again may work beside it.
    await (await openSqliteInbox({ box, log, path: held })).close();
    const mine = openSqliteInbox({ box, log, path: other, isService: true });
    service.kill('SIGKILL');
    const next = await mine;
    await expect(holdFile(held, log, 50)).rejects.toThrow(/another forwarder works on it/);
    await next.close();
    (await holdFile(held, log, 50))();
    expect((await stat(`${held}.lock`)).mode & 0o777).toBe(0o600);
  });

  it('that another process has locked is an error, not a wait for ever', async () => {
    const other = new Database(path);
    other.exec('begin immediate');
    await expect(store()).rejects.toThrow(/locked/);
    await expect(inbox.probe(now())).rejects.toThrow(/locked/);
    other.exec('rollback');
    other.close();
    expect(await store()).toMatchObject({ kind: 'stored' });
  });

  it('is refused by the database itself as well', async () => {
    await store({ deliveryId: 'once', bodyDigest: 'same' });
    const other = new Database(path);
    const copy = (columns: string, effect = 'dispatch') =>
      other.exec(
        `insert into events (delivery_id, body_digest, status, effect, event_type, attempts, failures, received_at, queued_at, repository_id, pull_request)
         select ${columns}, '${effect}', event_type, attempts, failures, received_at, queued_at, repository_id, pull_request from events`,
      );
    expect(() => copy("delivery_id, 'x', 'ignored'")).toThrow(/UNIQUE constraint failed: events.delivery_id/);
    copy("'another', 'ping', 'ignored'", 'none');
    expect(() => copy("'x', 'ping', 'ignored'", 'none')).toThrow(
      /UNIQUE constraint failed: events.body_digest/,
    );
    expect(() => copy("'x', 'x', 'pending'")).toThrow(
      /UNIQUE constraint failed: events.repository_id, events.pull_request/,
    );
    expect(() => copy("'x', 'x', 'unheard of'")).toThrow(/CHECK constraint failed: events_status/);
    other.close();
  });
});
