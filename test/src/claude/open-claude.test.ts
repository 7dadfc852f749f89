// A proxy that does not want us: undici would connect to it again and again, as fast as it can.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { fetch, Headers, Response } from 'undici';
import { openClaude } from '../../../src/claude/open-claude.ts';

test.each([
  ['hangs up', ''],
  ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n'],
])('a proxy that %s fails the call, after one connection', async (_, answer) => {
  let connections = 0;
  const server = createServer().on('connect', (_request, socket) => {
    connections += 1;
    socket.on('error', () => {}).end(answer);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // In small letters they come before those that the machine may have; Jest gives each file an environment of its own.
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { http_proxy: proxy, no_proxy: 'elsewhere.example' });
  const client = openClaude({ apiKey: 'key', baseUrl: 'http://claude.example' });
  const request = { model: 'claude-opus-5-5', max_tokens: 1, messages: [] };
  try {
    const call = client.withOptions({ maxRetries: 0, timeout: 5000 }).messages.create(request);
    await expect(call).rejects.toThrow('Connection error');
    expect(connections).toBe(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('Claude is asked with what calls of GitHub go through, and Node loads no second fetch', () => {
  openClaude({ apiKey: 'key', baseUrl: undefined });
  expect([globalThis.fetch, globalThis.Headers, globalThis.Response]).toEqual([fetch, Headers, Response]);
});
