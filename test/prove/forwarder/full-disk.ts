// The disk is full: a delivery gets a 503 and nothing of it is kept; there is room again: deliveries are stored, and the
// file is sound. A real one: a small file system of its own, or a limit on the size of the process's files.
import { execFile } from 'node:child_process';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { composePullRequest, deliver } from '../../forwarder/delivery.ts';
import { fact, note, type Figure } from '../scenario.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { openStage, type Stage } from './stage.ts';

const run = promisify(execFile);

interface Disk {
  readonly kind: string;
  fill(process: ForwarderProcess): Promise<void>;
  empty(process: ForwarderProcess): Promise<void>;
  remove(): Promise<void>;
}

export async function proveFullDisk(): Promise<Figure[]> {
  const stage = await openStage({ reviews: false });
  const folder = join(stage.folder, 'disk');
  await mkdir(folder);
  const disk = (await mountSmall(folder)) ?? limitFiles(folder);
  try {
    const path = join(folder, 'nectr.db');
    const process = await stage.start({ environment: { DATABASE_URL: `sqlite:${path}` } });
    await stage.connect(process);
    await disk.fill(process);
    const refused = await deliverUntil(stage, process, 503, 0);
    const readiness = (await process.ask('GET', '/readyz')).status;
    await disk.empty(process);
    const taken = await deliverUntil(stage, process, 200, 1000);
    await process.kill('SIGKILL');
    const database = new Database(path);
    const integrity = database.pragma('integrity_check', { simple: true });
    database.close();
    return [
      note('how the disk was filled', disk.kind),
      fact('deliveries get 503 when it is full', refused),
      fact('/readyz says no', readiness === 503),
      fact('deliveries are stored when there is room again', taken),
      fact('the file is sound', integrity === 'ok'),
    ];
  } finally {
    await stage.end();
    await disk.remove();
    await stage.close();
  }
}

const DISK_BYTES = 4 * 1024 * 1024;

/** Undefined: who runs this may not mount. */
async function mountSmall(folder: string): Promise<Disk | undefined> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder]);
  } catch {
    return undefined; // not root, or a container without the right
  }
  const filler = join(folder, 'filler');
  return {
    kind: 'a file system of 4 MiB, filled',
    fill: async () => {
      // Cut where the disk ends.
      await writeFile(filler, Buffer.alloc(DISK_BYTES)).catch(() => undefined);
    },
    empty: () => rm(filler),
    remove: async () => {
      await run('umount', [folder]);
    },
  };
}

async function limit({ pid }: ForwarderProcess, bytes: string): Promise<void> {
  await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

function limitFiles(folder: string): Disk {
  return {
    kind: 'a limit on the size of files, as no file system could be mounted',
    fill: async (process) => {
      const { size } = await stat(join(folder, 'nectr.db-wal'));
      await limit(process, String(size));
    },
    empty: (process) => limit(process, 'unlimited'),
    remove: () => Promise.resolve(),
  };
}

/** What is left of the last page takes a few more. */
async function deliverUntil(
  { repository }: Stage,
  { url }: ForwarderProcess,
  wanted: number,
  firstNumber: number,
): Promise<boolean> {
  const [hook] = repository.hooks;
  for (let number = firstNumber + 1; number <= firstNumber + 50; number += 1) {
    const payload = composePullRequest({
      number,
      repository: { id: repository.id, full_name: repository.fullName },
    });
    const { status } = await deliver(url, payload, { hookId: hook?.id ?? 0, secret: hook?.secret ?? '' });
    if (status === wanted) return true;
    if (status !== 200) return false;
  }
  return false;
}
