// The forwarder as a process of its own, with the environment that a container sets. It is stopped as a container is:
// by SIGTERM.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../find-free-port.ts';

export interface RunningForwarder {
  readonly url: string;
  /** Calls the admin API with its token; rejects on anything but success. */
  call(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Settles with the exit code. */
  stop(): Promise<number | null>;
}

export interface ForwarderOptions {
  readonly databaseFile: string;
  readonly githubToken: string;
  readonly githubApiUrl: string;
  readonly adminToken: string;
}

const MAIN = fileURLToPath(new URL('../../forwarder/main.ts', import.meta.url));

export async function startForwarder(options: ForwarderOptions): Promise<RunningForwarder> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      BACKEND_URL: url,
      DATABASE_URL: `sqlite:${options.databaseFile}`,
      GITHUB_TOKEN: options.githubToken,
      GITHUB_API_URL: options.githubApiUrl,
      ADMIN_TOKEN: options.adminToken,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listening = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      if (line.includes('"listening"')) resolve();
    });
  });
  createInterface(child.stderr).on('line', (line) => log.push(line));
  const failed = ended.then((code) => {
    throw new Error(`the forwarder ended with code ${code}:\n${log.join('\n')}`);
  });
  await Promise.race([listening, failed]);
  failed.catch(() => undefined); // once it listens, its end is seen by whoever stops it
  return {
    url,
    call: (method, path) => callAdmin(`${url}${path}`, method, options.adminToken),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function callAdmin(url: string, method: string, adminToken: string) {
  const answer = await fetch(url, { method, headers: { authorization: `Bearer ${adminToken}` } });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(body)}`);
  return { status: answer.status, body };
}
