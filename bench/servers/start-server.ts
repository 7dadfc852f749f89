// A server as a process of its own: its address once it listens, its memory, its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Resident, in MB; what it was at its highest with `peak`. */
  readMemory(which: 'now' | 'peak'): Promise<number>;
}

/** @throws when it ends before it listens, with what it wrote */
export async function startServer(
  file: URL,
  environment: Readonly<Record<string, string>>,
  /** Of one whose log says nothing: where it answers once it listens. */
  health?: string,
  /** For Node itself, such as `--cpu-prof`. */
  nodeFlags: readonly string[] = [],
): Promise<RunningServer> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...nodeFlags, file.pathname],
    {
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = once(child, 'exit');
  const listening =
    health === undefined ? readUrl(child.stdout) : waitFor(health, () => child.exitCode !== null);
  const url = await Promise.race([listening, ended]);
  if (typeof url !== 'string') throw new Error(`${file.pathname} ended: ${said.join('')}`);
  return {
    url,
    readMemory: async (which) => {
      const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8');
      const line = new RegExp(`^${which === 'now' ? 'VmRSS' : 'VmHWM'}:\\s+(\\d+) kB`, 'm').exec(status);
      return Number(line?.[1]) / 1024;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readUrl(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      const { url } = JSON.parse(line) as { url: string };
      resolve(url);
    });
  });
}

/** Its origin, once it answers there. */
async function waitFor(health: string, hasEnded: () => boolean): Promise<string> {
  const until = performance.now() + 15_000;
  while (!hasEnded()) {
    if (performance.now() > until) throw new Error(`${health} did not answer within 15 s`);
    const answer = await fetch(health).catch(() => undefined);
    if (answer?.ok) return new URL(health).origin;
    await sleep(20);
  }
  return new Promise(() => {
    // That it ended is told by whoever waits for that.
  });
}
