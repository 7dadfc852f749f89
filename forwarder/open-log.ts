// Level → the log: JSON lines to standard output. Fields that could hold a secret are censored, wherever they come from.
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const SECRET_FIELDS = ['authorization', 'token', 'secret', 'previousSecret', 'adminToken', 'githubToken'];

export function openLog(level: string, destination?: DestinationStream): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Errors of libraries carry what they were asked to do: a refused call to GitHub holds the secret that it was to set. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
