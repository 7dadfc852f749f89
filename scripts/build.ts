// lib/src/main.js → dist/: the bundle that runners execute, with the licenses of what is inside. The folder is
// emptied first, so that a chunk of an earlier build cannot linger.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

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

/**
 * Without comments and blanks, in ASCII: about half of the 4.6 MB of UTF-8, which Node turns into 9 MB of UTF-16 at each start
 * (docs/adr/0022). Names stay, so a stack trace still tells where.
 */
function shorten(file: string): void {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    format: 'esm',
    target: 'node24',
    minifyWhitespace: true,
    minifySyntax: true,
    charset: 'ascii',
    legalComments: 'none',
    // Not one line of megabytes, which editors and `git diff` cannot show.
    lineLimit: 1000,
  });
  writeFileSync(file, code);
}
