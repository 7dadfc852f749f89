// Any text and any edit of it, compared by git itself: each line of what it prints is found at its own number. When one is not,
// fast-check looks for the smallest text that shows it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { changedFile } from '../../changed-file.ts';
import { atLeast, fact, type Figure } from '../scenario.ts';
import { codeLine } from './generate-history.ts';
import { listQuotes, placeQuote } from './quote-lines.ts';

export interface AnyTextsSize {
  readonly runs: number;
  readonly seed: number;
}

/** Any characters, too; a NUL would make the file a binary one, and a line feed ends a line. */
const anyLine = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\0\n]/g, ''));
const lines = fc.array(fc.oneof(codeLine, anyLine), { maxLength: 25 });
const ending = fc.constantFrom('\n', '\r\n');
/** Parts that stay, go or come, so that there is something in common. */
const texts = fc
  .tuple(fc.array(fc.tuple(lines, lines, lines), { minLength: 1, maxLength: 3 }), ending, fc.boolean())
  .map(([parts, ending, endsWithLine]) => {
    const join = (pick: (part: (typeof parts)[number]) => readonly string[]): string =>
      parts.flatMap(pick).join(ending) + (endsWithLine ? ending : '');
    return [
      join(([kept, gone]) => [...kept, ...gone]),
      join(([kept, , fresh]) => [...kept, ...fresh]),
    ] as const;
  });

/** @throws what fast-check found, with the smallest texts that show it */
export async function proveAnyTexts({ runs, seed }: AnyTextsSize): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-texts-'));
  let quotes = 0;
  try {
    const property = fc.asyncProperty(texts, async ([before, after]) => {
      const patch = await diff(folder, before, after);
      const file = changedFile('a.js', { patch });
      for (const quote of listQuotes(file)) {
        quotes += 1;
        const wrong = placeQuote([file], quote);
        if (wrong !== undefined)
          throw new Error(`${quote.way}: ${JSON.stringify(quote.finding.quote)} ${wrong}`);
      }
    });
    await fc.assert(property, { numRuns: runs, seed });
    return [
      atLeast('pairs of texts', runs, 1),
      atLeast('quotes', quotes, runs),
      fact('each placed on exactly its line', true),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function diff(folder: string, before: string, after: string): Promise<string> {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  await Promise.all([writeFile(a, before), writeFile(b, after)]);
  const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const args = ['diff', '--no-index', '--text', '-U3', '--no-color', '--no-ext-diff', '--', a, b];
  return new Promise((resolve, reject) => {
    // It ends with 1 when they differ.
    execFile('git', args, { env, cwd: folder }, (error, output) => {
      if (error && error.code !== 1) reject(error);
      else resolve(output);
    });
  });
}
