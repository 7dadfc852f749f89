// A way to a PostgreSQL server that can fall silent without closing anything, as a network does that drops packets.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  /** The address of the server, by way of here. */
  readonly url: string;
  /** Connections that were opened so far, each counted on both sides. */
  count(): number;
  /** What is open falls silent; what is opened from now on goes through. */
  dropSilently(): void;
  /** Nothing goes through any more. */
  fallSilent(): void;
  /** The same, as soon as somebody sends these words to the server. */
  fallSilentAt(words: string): void;
  /** The next answer of the server with these words is lost, and with it the connection. */
  loseAnswer(words: string): void;
  close(): Promise<void>;
}

export async function startRelay(target: string): Promise<Relay> {
  const url = new URL(target);
  const port = Number(url.port);
  const sockets: Socket[] = [];
  let isSilent = false;
  let last: string | undefined;
  let lost: string | undefined;
  const server = createServer((inner) => {
    const outer = connect(port, '127.0.0.1');
    sockets.push(inner, outer);
    inner.on('data', (bytes) => {
      if (last !== undefined && bytes.includes(last)) isSilent = true;
    });
    outer.prependListener('data', (bytes) => {
      if (lost === undefined || !bytes.includes(lost)) return;
      lost = undefined;
      outer.removeAllListeners('data');
      inner.destroy();
    });
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.on('data', (bytes) => (isSilent ? undefined : to.write(bytes)));
      from.on('close', () => (isSilent ? undefined : to.destroy()));
      from.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    count: () => sockets.length,
    dropSilently: () => {
      for (const socket of sockets) socket.removeAllListeners('data').removeAllListeners('close').pause();
    },
    fallSilent: () => {
      isSilent = true;
    },
    fallSilentAt: (words) => {
      last = words;
    },
    loseAnswer: (words) => {
      lost = words;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
