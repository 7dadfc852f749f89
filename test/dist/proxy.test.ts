// A runner behind a proxy: what leaves the machine goes through the one that its environment names.
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { openStage, outputsOf, simple } from './stage.ts';

const CLAUDE = 'claude.example:80';

interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Where it was asked to connect to. */
  readonly asked: readonly string[];
}

/** Connects whoever asks for `CLAUDE` to this port. */
async function startProxy(readPort: () => string): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const target = connect(Number(readPort()), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const one of [socket, target]) one.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('Claude is asked through the proxy', async () => {
  let port = '';
  await using proxy = await startProxy(() => port);
  await using stage = await openStage({
    ...simple,
    environment: { HTTP_PROXY: proxy.url, ANTHROPIC_BASE_URL: `http://${CLAUDE}` },
  });
  ({ port } = new URL(stage.claude.url));
  expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
  expect([...new Set(proxy.asked)]).toEqual([CLAUDE]);
});
