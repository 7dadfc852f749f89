// lib/src/main.js → dist/: the bundle that runners execute, with the licenses of what is inside. The folder is
// emptied first, so that a chunk of an earlier build cannot linger.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shorten } from './shorten.ts';

rmSync('dist', { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    'node_modules/@vercel/ncc/dist/ncc/cli.js',
    'build',
    'lib/src/main.js',
    '-o',
    'dist',
    '--license',
    'licenses.txt',
  ],
  { stdio: 'inherit' },
);
for (const file of readdirSync('dist').filter((name) => name.endsWith('.js'))) shorten(join('dist', file));
// Runners look for the nearest package.json to tell the module format of dist/*.js.
writeFileSync('dist/package.json', '{ "type": "module" }\n');
