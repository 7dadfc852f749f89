// Builds the forwarder's image with buildah and tries it: not root, nothing to install with, ready, stopped by SIGTERM.
// Needs buildah and, as the image `node:24-slim`, the real one or a stand-in; needs no daemon.
//   npx node scripts/container.ts [--volume HOST:CONTAINER:ro …]    volumes for the build, such as an npm configuration
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { volume: { type: 'string', multiple: true, default: [] } } });
const IMAGE = 'nectr-forwarder';
const PORT = '18080';
const READY_TIMEOUT_MS = 20_000;

function buildah(...args: readonly string[]): string {
  return execFileSync('buildah', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

function expect(what: string, actual: string, allowed: RegExp): void {
  if (!allowed.test(actual)) throw new Error(`${what}: ${actual}`);
  console.log(`✓ ${what}: ${actual}`);
}

/** What a runtime starts when it is told nothing else. */
function readCommand(): readonly string[] {
  const image = JSON.parse(buildah('inspect', '--type', 'image', IMAGE)) as {
    readonly OCIv1: { readonly config: { readonly Cmd: readonly string[] } };
  };
  return image.OCIv1.config.Cmd;
}

async function readReadiness(): Promise<string> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined);
    if (answer || Date.now() > deadline) return `${answer?.status} ${await answer?.text()}`;
    await wait(100);
  }
}

/** The last of the processes that `pid` has started, one below the other: the service. */
function findService(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const child = Number(stdout.trim().split(/\s+/).at(-1));
  return child > 0 ? findService(child) : pid;
}

const volumes = values.volume.flatMap((volume) => ['--volume', volume]);
buildah('bud', '--format', 'docker', ...volumes, '--file', 'forwarder/Dockerfile', '--tag', IMAGE, '.');
const container = buildah('from', IMAGE);
try {
  const inside = (...command: readonly string[]): string => buildah('run', container, '--', ...command);
  expect('runs as', inside('id', '-un'), /^node$/);
  expect('has no npm', inside('sh', '-c', 'command -v npm npx corepack || echo none'), /^none$/);
  expect(
    'can write',
    inside('sh', '-c', 'touch /app/x 2>/dev/null && echo /app; touch /data/x && echo /data'),
    /^\/data$/,
  );
  const environment = { PORT, HOST: '127.0.0.1', ADMIN_TOKEN: 'x'.repeat(32) };
  const settings = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const running = spawn('buildah', ['run', ...settings, container, '--', ...readCommand()], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => running.once('close', resolve));
  expect('answers /readyz', await readReadiness(), /^200 \{"status":"ready"\}$/);
  // buildah does not hand signals on, as a container runtime does: the service itself is told.
  process.kill(findService(running.pid ?? 0), 'SIGTERM');
  expect('ends with', String(await ended), /^0$/);
} finally {
  buildah('rm', container);
}
