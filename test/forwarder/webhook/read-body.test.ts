import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { answerErrors } from '../../../forwarder/answer-error.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { BodyBudget, readBody } from '../../../forwarder/webhook/read-body.ts';
import { waitFor } from '../wait-for.ts';

const KIB = 1024;
let server: Server;
let reading: number;
let release: (() => void) | undefined;
let failure: unknown;

beforeEach(async () => {
  const budget = new BodyBudget({ smallBytes: 512 * KIB, largeBytes: 1024 * KIB });
  const app = express();
  reading = 0;
  app.post('/', async (incoming, response) => {
    const read = await readBody(incoming, budget);
    reading += 1;
    // Held until the test lets go, as a delivery is while it is being stored.
    if (incoming.get('x-hold') !== undefined) await new Promise<void>((resolve) => (release = resolve));
    read.release();
    response.json({ bytes: read.body.length });
  });
  app.post('/given-up', async (incoming) => {
    setImmediate(() => incoming.destroy());
    failure = await readBody(incoming, budget).catch((error: unknown) => error);
  });
  app.use(answerErrors(openLog('silent')));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function post(bytes: number, headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  const sending = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
  sending.end(Buffer.alloc(bytes, 'x'));
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sending.once('response', (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sending.once('error', reject);
  });
}

describe('a body', () => {
  it('is read whole', async () => {
    expect(await post(700 * KIB)).toEqual({ status: 200, body: `{"bytes":${700 * KIB}}` });
  });

  it('that is compressed is refused', async () => {
    expect((await post(10, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('over the budget of all is refused with 503, and how long to wait is said', async () => {
    const held = post(1000 * KIB, { 'x-hold': 'yes' });
    await waitFor('the first to be read', () => reading === 1);
    const refused = await post(800 * KIB).catch((error: NodeJS.ErrnoException) => error.code);
    expect([
      { status: 503, body: expect.stringContaining('"overloaded"') },
      'EPIPE',
      'ECONNRESET',
    ]).toContainEqual(refused);
    expect((await post(25 * KIB)).status).toBe(200);
    release?.();
    expect((await held).status).toBe(200);
    expect((await post(800 * KIB)).status).toBe(200);
  });

  it('that breaks off gives back what it had taken', async () => {
    for (let at = 0; at < 5; at += 1) {
      const { port } = server.address() as AddressInfo;
      const headers = { 'content-length': String(2048 * KIB) };
      const sending = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
      sending.on('error', () => {}); // it is cut below
      await new Promise<void>((resolve) => sending.write(Buffer.alloc(900 * KIB), () => resolve()));
      sending.destroy();
    }
    await waitFor('room for another', async () => (await post(1000 * KIB)).status === 200);
    expect(reading).toBe(1);
  });

  it('that is given up here, without an error, is waited for no longer', async () => {
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-length': '100' };
    const sending = request({
      port,
      host: '127.0.0.1',
      path: '/given-up',
      method: 'POST',
      headers,
      agent: false,
    });
    sending.on('error', () => {}); // it is cut
    sending.write('x');
    await waitFor('the end', () => failure !== undefined);
    expect(failure).toMatchObject({ status: 400, message: 'The body ended too early.' });
  });
});
