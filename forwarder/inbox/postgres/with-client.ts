// Address + work → the work done with a connection of its own, which is asked again and again whether it still lives. A
// network that drops packets silently, or a proxy that forgot its other side, says nothing: only an answer proves anything.
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

export interface Liveness {
  readonly connectTimeoutMs: number;
  readonly pingEveryMs: number;
  /** Without an answer for so long the connection is lost. */
  readonly pingTimeoutMs: number;
}

export const LIVENESS: Liveness = { connectTimeoutMs: 5000, pingEveryMs: 10_000, pingTimeoutMs: 5000 };

/**
 * `lost` is aborted when the connection is lost, and then every query fails.
 * @throws when the server cannot be reached in time, and what `work` throws
 */
export async function withClient<Value>(
  url: string,
  work: (client: pg.Client, lost: AbortSignal) => Promise<Value>,
  { connectTimeoutMs, pingEveryMs, pingTimeoutMs }: Liveness = LIVENESS,
): Promise<Value> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: pingEveryMs,
    stream: () => socket,
  });
  const lost = new AbortController();
  const done = new AbortController();
  // Not once: a server that ends says so, and then its connection breaks. An error nobody hears ends the process.
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  try {
    await client.connect();
    // From here on, also while the first statement waits for its answer.
    void ping(client, { everyMs: pingEveryMs, timeoutMs: pingTimeoutMs, signal: done.signal }, () => {
      lost.abort();
      socket.destroy();
    });
    await client.query(SERVER_KEEPALIVE);
    return await work(client, lost.signal);
  } finally {
    done.abort();
    // What is lost does not answer a good-bye either. While that is waited for, the socket keeps the process alive.
    const silence = wait(pingTimeoutMs, undefined, { ref: false });
    if (!lost.signal.aborted) await Promise.race([client.end().catch(() => {}), silence]);
    socket.destroy();
  }
}

/** So that the server, too, notices a client that is gone, and frees its locks within half a minute. */
const SERVER_KEEPALIVE =
  "select set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false), " +
  "set_config('tcp_keepalives_count', '3', false)";

interface Pace {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Settles when the work has ended or the connection is lost. */
async function ping(client: pg.Client, { everyMs, timeoutMs, signal }: Pace, onLost: () => void) {
  try {
    for (;;) {
      await wait(everyMs, undefined, { signal });
      const silence = wait(timeoutMs, undefined, { signal }).then(() => {
        throw new Error('the database does not answer');
      });
      await Promise.race([client.query('select 1'), silence]);
    }
  } catch {
    if (!signal.aborted) onLost();
  }
}
