// A port of this machine that is free now, for a server whose address must be known before it listens. None of those that systems
// give to outgoing connections (Linux from 32768, others from 49152): one of them could take it before the server does.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Behind the last that `fetch` refuses, 10080 (fetch.spec.whatwg.org/#port-blocking). */
const FIRST_PORT = 10_081;
const END_PORT = 32_000;
const MAX_TRIES = 100;

/** @throws when all that were tried are taken */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${MAX_TRIES} ports from ${FIRST_PORT} to ${END_PORT} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => {
      server.close(() => resolve(true));
    });
  });
}
