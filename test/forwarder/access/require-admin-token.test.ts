import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';

const running: LocalForwarder[] = [];
let forwarder: LocalForwarder;
let nowMs = Date.parse('2026-11-23T10:00:00Z');

beforeEach(async () => {
  forwarder = await startLocalForwarder({ now: () => new Date(nowMs) });
  running.push(forwarder);
});

afterAll(async () => {
  for (const { close } of running.map((each) => ({ close: () => each.close() }))) await close();
});

const askWith = (authorization: string) => forwarder.ask('GET', '/api/v1/events', { authorization });

describe('the admin API', () => {
  it.each([
    ['GET', '/api/v1/events'],
    ['GET', '/api/v1/events/1'],
    ['POST', '/api/v1/events/1/redeliver'],
    ['GET', '/api/v1/repos'],
    ['POST', '/api/v1/repos/ada/engine/install'],
    ['DELETE', '/api/v1/repos/ada/engine/install'],
    ['GET', '/api/v1/repos/ada/engine/hooks'],
  ])('%s %s is closed without a token', async (method, path) => {
    const { status, body, headers } = await forwarder.ask(method, path, {});
    expect({ status, body }).toEqual({
      status: 401,
      body: { error: 'unauthorized', message: expect.any(String) },
    });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="nectr"');
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    ADMIN_TOKEN,
    `Bearer ${ADMIN_TOKEN}x`,
    `Bearer ${ADMIN_TOKEN.slice(1)}`,
    `Bearer x ${ADMIN_TOKEN}`,
  ])('is closed to `%s`', async (authorization) => {
    expect((await askWith(authorization)).status).toBe(401);
  });

  it('says which of the two it is: no token, or another one', async () => {
    expect((await forwarder.ask('GET', '/api/v1/repos', {})).body['message']).toMatch(/^Send the header/);
    expect((await askWith(`Bearer ${ADMIN_TOKEN}x`)).body['message']).toMatch(/not the ADMIN_TOKEN/);
  });

  it.each([`Bearer ${ADMIN_TOKEN}`, `bearer  ${ADMIN_TOKEN}`])('is open to `%s`', async (authorization) => {
    expect((await askWith(authorization)).status).toBe(200);
  });

  it('answers 429 after ten wrong tokens within a minute, and 401 again after it', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 12; index += 1)
      statuses.push((await askWith(`Bearer wrong-${index}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const { headers, body } = await askWith('Bearer wrong');
    expect([headers.get('retry-after'), body['error']]).toEqual(['60', 'too_many_attempts']);
    nowMs += 60_000;
    expect((await askWith('Bearer wrong')).status).toBe(401);
  });

  it('lets its owner in meanwhile: nobody else can lock them out', async () => {
    for (let index = 0; index < 12; index += 1) await askWith('Bearer wrong');
    expect((await askWith(`Bearer ${ADMIN_TOKEN}`)).status).toBe(200);
  });

  it('does not count who sends no token', async () => {
    for (let index = 0; index < 12; index += 1) await forwarder.ask('GET', '/api/v1/repos', {});
    expect((await forwarder.ask('GET', '/api/v1/repos', {})).status).toBe(401);
  });

  it('is open in development without ADMIN_TOKEN, and the log says so', async () => {
    const open = await startLocalForwarder({ environment: { APP_ENV: 'development', ADMIN_TOKEN: '' } });
    running.push(open);
    expect((await open.ask('GET', '/api/v1/events', {})).status).toBe(200);
    expect(open.log.join('')).toContain('THE ADMIN API IS OPEN');
  });

  it('is closed in development with ADMIN_TOKEN', async () => {
    const closed = await startLocalForwarder({ environment: { APP_ENV: 'development' } });
    running.push(closed);
    expect((await closed.ask('GET', '/api/v1/events', {})).status).toBe(401);
  });
});
