// The one profile that a process has left in a folder.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CpuProfile } from './fold-profile.ts';

/** What makes Node write it there when it ends. */
export function composeFlags(folder: string): string[] {
  return ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${folder}`];
}

export async function readProfile(folder: string): Promise<CpuProfile> {
  const [name, ...others] = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  if (name === undefined || others.length > 0)
    throw new Error(`there is ${name === undefined ? 'no' : 'more than one'} profile in ${folder}`);
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile;
}
