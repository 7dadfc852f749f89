// Level → the log: JSON lines to standard output. Fields that could hold a secret are censored, wherever they come from.
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const SECRET_FIELDS = ['authorization', 'token', 'secret', 'previousSecret', 'adminToken', 'githubToken'];

export function openLog(level: string, destination?: DestinationStream): Log {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths } };
  return destination ? pino(options, destination) : pino(options);
}
