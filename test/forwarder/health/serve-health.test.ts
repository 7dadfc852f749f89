import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { composePullRequest, deliver } from '../delivery.ts';
import { startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';

let forwarder: LocalForwarder;
let now: () => Date;

beforeEach(async () => {
  now = () => new Date();
  forwarder = await startLocalForwarder({ busyTimeoutMs: 20, now: () => now() });
});

afterEach(() => forwarder.close());

/** As a process that keeps the write lock, or a disk that is full: every write fails. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  const other = new Database(forwarder.databasePath);
  other.exec('begin immediate');
  try {
    await work();
  } finally {
    other.exec('rollback');
    other.close();
  }
}

const ready = () => forwarder.ask('GET', '/readyz', {});

describe('health', () => {
  it('is open to all, and names nothing', async () => {
    expect(await forwarder.ask('GET', '/livez', {})).toMatchObject({
      status: 200,
      body: { status: 'alive' },
    });
    const { status, body } = await ready();
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('is not ready while the database cannot be written, and again when it can', async () => {
    await whileLocked(async () => {
      const { status, body } = await ready();
      expect({ status, body }).toEqual({
        status: 503,
        body: { error: 'not_ready', message: 'Not ready: the database cannot be written.' },
      });
      expect((await forwarder.ask('GET', '/livez', {})).status).toBe(200);
    });
    now = () => new Date(Date.now() + 2000);
    expect((await ready()).status).toBe(200);
  });

  it('is not ready when the dispatcher has stopped going round', async () => {
    now = () => new Date(Date.now() + 60_000);
    expect(await ready()).toMatchObject({
      status: 503,
      body: { message: 'Not ready: the dispatcher does not run.' },
    });
  });
});

describe('a delivery while the store cannot be written', () => {
  it('is answered with 503, so that GitHub shows it as failed, and taken when it comes again', async () => {
    const payload = composePullRequest();
    const options = { deliveryId: 'sent-again' };
    await whileLocked(async () => {
      const { status, body, headers } = await deliver(forwarder.url, payload, options);
      expect({ status, body }).toEqual({
        status: 503,
        body: {
          error: 'store_unavailable',
          message: 'The delivery could not be stored; send it again later.',
        },
      });
      expect(headers.get('retry-after')).toBe('30');
    });
    expect((await deliver(forwarder.url, payload, options)).body).toMatchObject({ status: 'received' });
  });
});
