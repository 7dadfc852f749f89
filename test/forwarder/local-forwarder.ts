// The real forwarder on a free port, with a fresh SQLite file in a folder of its own, and its log as lines.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../forwarder/config.ts';
import type { RetryPolicy } from '../../forwarder/dispatch/plan-retry.ts';
import type { FollowPolicy } from '../../forwarder/follow/follow-policy.ts';
import { openLog } from '../../forwarder/open-log.ts';
import { startForwarder, type ForwarderOptions } from '../../forwarder/start-forwarder.ts';

export const ADMIN_TOKEN = 'admin-token-of-the-tests-0123456789';
export const GLOBAL_SECRET = 'global secret of the tests';

/** As in production, in milliseconds instead of minutes. */
export const FAST_RETRIES: RetryPolicy = {
  maxFailures: 4,
  baseMs: 5,
  capMs: 20,
  tokenWaitMs: 10,
  rateLimitWaitMs: 20,
  maxAgeMs: 60_000,
};

/** As in production, in milliseconds. */
export const FAST_FOLLOWING: FollowPolicy = { everyMs: 20, missingAfterMs: 60_000, giveUpAfterMs: 120_000 };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface LocalForwarder {
  readonly url: string;
  readonly databasePath: string;
  /** Every line of the log, as JSON text. */
  readonly log: readonly string[];
  /** With the admin's token unless headers are given. */
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  stop(): Promise<void>;
  /** Stops, and removes the folder. */
  close(): Promise<void>;
}

export interface LocalForwarderOptions extends Partial<Omit<ForwarderOptions, 'log'>> {
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that is there already. */
  readonly databasePath?: string;
}

export async function startLocalForwarder({
  environment = {},
  databasePath,
  ...options
}: LocalForwarderOptions = {}): Promise<LocalForwarder> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-forwarder-'));
  const path = databasePath ?? join(folder, 'data', 'nectr.db');
  const log: string[] = [];
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    ADMIN_TOKEN,
    GITHUB_WEBHOOK_SECRET: GLOBAL_SECRET,
    DATABASE_URL: `sqlite:${path}`,
    LOG_LEVEL: 'debug',
    ...environment,
  });
  const forwarder = await startForwarder(config, {
    log: openLog(config.logLevel, { write: (line) => void log.push(line) }),
    policy: FAST_RETRIES,
    followPolicy: FAST_FOLLOWING,
    pingTimeoutMs: 2000,
    ...options,
  });
  const { url } = forwarder;
  const stop = (): Promise<void> => forwarder.stop();
  return {
    url,
    databasePath: path,
    log,
    ask: (method, route, headers = { authorization: `Bearer ${ADMIN_TOKEN}` }) =>
      ask(`${url}${route}`, { method, headers }),
    stop,
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answer['body'] };
}
