// What Nectr is measured beside is installed with the benchmarks alone, the first time they run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

export function installPeers(): void {
  if (existsSync(`${FOLDER}node_modules`)) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', FOLDER], { stdio: 'inherit' });
  if (status !== 0)
    throw new Error('what Nectr is measured beside could not be installed: npm ci --prefix bench');
}
