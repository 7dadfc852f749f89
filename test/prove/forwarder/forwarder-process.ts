// Starts the forwarder, bundled as in its container, as a process of its own on a port that stays the same over its deaths, and tells when it ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RETRY_POLICY, type RetryPolicy } from '../../../forwarder/dispatch/plan-retry.ts';
import type { FollowPolicy } from '../../../forwarder/follow/follow-policy.ts';
import type { ForwarderOptions } from '../../../forwarder/start-forwarder.ts';
import { bundleOnce } from '../../forwarder/bundle-once.ts';
import { ADMIN_TOKEN, ask, FAST_RETRIES, type Answer } from '../../forwarder/local-forwarder.ts';

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** JSON: no clock, no log. */
  readonly options?: Partial<ForwarderOptions>;
  /** Whether it can be told to die at a point. */
  readonly dies?: boolean;
  /** `NODE_OPTIONS` and limits of the shell it is started from, such as `ulimit -f 2000`. */
  readonly limits?: string;
}

export interface ForwarderProcess {
  readonly url: string;
  readonly pid: number;
  /** Every line of the log. */
  readonly log: readonly string[];
  /** Standard error. */
  readonly errors: readonly string[];
  /** When it last wrote to the log, by `performance.now()`. */
  readonly lastLogAt: () => number;
  readonly hasEnded: () => boolean;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  ask(method: string, path: string): Promise<Answer>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Of physical memory, at its highest so far. */
  readPeakMegabytes(): Promise<number>;
}

/** As often as in production: a machine that is busy with proofs lets a call or two time out. */
const RETRIES: RetryPolicy = { ...FAST_RETRIES, maxFailures: RETRY_POLICY.maxFailures };
/** As in production, in milliseconds instead of seconds; a run that never comes is waited for as long. */
const FAST_FOLLOWING: FollowPolicy = { everyMs: 100, missingAfterMs: 5 * 60_000, giveUpAfterMs: 60 * 60_000 };
const ENTRY = 'test/prove/forwarder/run-forwarder.ts';

export async function startProcess(starting: ProcessOptions): Promise<ForwarderProcess> {
  const { environment, options = {}, dies = false, limits } = starting;
  const args = [
    await bundleOnce(ENTRY),
    JSON.stringify({ dies, options: { policy: RETRIES, followPolicy: FAST_FOLLOWING, ...options } }),
  ];
  const command: [string, string[]] =
    limits === undefined
      ? [process.execPath, args]
      : ['sh', ['-c', `${limits}; exec "$0" "$@"`, process.execPath, ...args]];
  const child = spawn(...command, {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOST: '127.0.0.1',
      ADMIN_TOKEN,
      // Hundreds of starts: what one has compiled the next need not.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'nectr-compiled'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watched = watch(child);
  const line = await Promise.race([watched.listening, watched.ended]);
  if (typeof line !== 'string') {
    throw new Error(`the forwarder ended with ${JSON.stringify(line)}: ${watched.errors.join('\n')}`);
  }
  const url = String((JSON.parse(line) as { url: unknown }).url);
  return {
    ...watched,
    url,
    pid: child.pid ?? 0,
    ask: (method, path) =>
      ask(`${url}${path}`, { method, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }),
    kill: async (signal) => {
      child.kill(signal);
      await watched.ended;
    },
    readPeakMegabytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
    },
  };
}

function watch(child: ChildProcess) {
  const log: string[] = [];
  const errors: string[] = [];
  let lastLogMs = performance.now();
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const listening = new Promise<string>((resolve) => {
    if (!child.stdout || !child.stderr) return;
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      lastLogMs = performance.now();
      if (line.includes('"listening"')) resolve(line);
    });
    createInterface(child.stderr).on('line', (line) => errors.push(line));
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { log, errors, lastLogAt: () => lastLogMs, listening, ended, hasEnded };
}
