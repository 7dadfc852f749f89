// lib/src/main.js → dist/: the bundle that runners execute, with the licenses of what is inside. The folder is
// emptied first, so that a chunk of an earlier build cannot linger.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

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
// Runners look for the nearest package.json to tell the module format of dist/*.js.
writeFileSync('dist/package.json', '{ "type": "module" }\n');
