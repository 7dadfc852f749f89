// Address → the connections that statements go over. One that is lost, by its end or by silence, fails the statement on it
// and never more than that: it is taken out, and the next statement gets another.
import { Socket } from 'node:net';
import pg from 'pg';

export interface PoolOptions {
  readonly max: number;
  /** Queries of one connection are sent before the one ahead is answered. Cursors are not for it. */
  readonly pipeline?: boolean;
  readonly connectTimeoutMs: number;
  /** After this the server ends a statement, and after a second more it is given up here; undefined: none is ended. */
  readonly statementTimeoutMs?: number;
  /** Undefined: what needs it fails by itself. */
  readonly onIdleLost?: (error: Error) => void;
}

/** A server that ended a statement has this long to say so. */
const GRACE_MS = 1000;
/** Closed when nobody needs it, so that silence is that of a server that owes an answer. */
const IDLE_MS = 5000;

export function openPool(
  url: string,
  { max, pipeline, connectTimeoutMs, statementTimeoutMs, onIdleLost }: PoolOptions,
): pg.Pool {
  const limits =
    statementTimeoutMs === undefined
      ? {}
      : {
          statement_timeout: statementTimeoutMs,
          idleTimeoutMillis: Math.min(IDLE_MS, statementTimeoutMs),
          stream: () => composeSocket(statementTimeoutMs + GRACE_MS),
        };
  const pool = new pg.Pool({
    connectionString: url,
    max,
    pipeline,
    connectionTimeoutMillis: connectTimeoutMs,
    types: { getTypeParser: readTypes },
    ...limits,
  });
  // The pool listens to those that are idle. Of one at work its statement hears; an error that nobody listens to would end
  // the process (node-postgres.com/apis/pool#events).
  pool.on('connect', (client) => void client.on('error', () => {}));
  pool.on('error', (error) => onIdleLost?.(error));
  return pool;
}

/** A network that drops packets says nothing, and TCP tries for a quarter of an hour: GitHub waits for ten seconds. */
function composeSocket(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => socket.destroy(new Error('the database does not answer')));
}

/** `bigint` comes as text; ours are ids of GitHub's and counts, far below 2^53. */
function readTypes(oid: number, format?: 'text' | 'binary') {
  const INT8: number = pg.types.builtins.INT8;
  return oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format);
}
