// lib/src/main.js → dist/: the bundle that runners execute, with the licenses of what is inside. The folder is
// emptied first, so that a chunk of an earlier build cannot linger.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectLicenses } from './collect-licenses.ts';
import { shorten } from './shorten.ts';

/** Removed again: it names every module that went in. */
const STATS = 'lib/stats.json';

rmSync('dist', { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    'node_modules/@vercel/ncc/dist/ncc/cli.js',
    'build',
    'lib/src/main.js',
    '-o',
    'dist',
    '--stats-out',
    STATS,
  ],
  { stdio: 'inherit' },
);
for (const file of readdirSync('dist').filter((name) => name.endsWith('.js'))) shorten(join('dist', file));
// ncc's own list leaves out what is in the entry.
writeFileSync('dist/licenses.txt', collectLicenses(readModules(STATS)));
rmSync(STATS);
// Runners look for the nearest package.json to tell the module format of dist/*.js.
writeFileSync('dist/package.json', '{ "type": "module" }\n');

interface Module {
  readonly name: string;
  /** It is in no file, or only as a part of another module. */
  readonly orphan: boolean;
  /** Those that were made one with it. */
  readonly modules?: readonly Module[];
}

/** Paths of the modules in a bundle, from the statistics of webpack, which ncc is made of. */
function readModules(file: string): string[] {
  const { modules } = JSON.parse(readFileSync(file, 'utf8')) as { readonly modules: readonly Module[] };
  const list = (module: Module): string[] => module.modules?.flatMap(list) ?? [module.name];
  return modules.filter(({ orphan }) => !orphan).flatMap(list);
}
