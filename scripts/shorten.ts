// A file of a bundle → the same, shorter.
import { readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

/**
 * Without comments and blanks, in ASCII: about half of the 4.6 MB of UTF-8, which Node turns into 9 MB of UTF-16 at each start
 * (docs/adr/0022). Names stay, so a stack trace still tells where.
 */
export function shorten(file: string): void {
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
