// A repository of this test alone, asked by git itself.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openBatch } from '../../../src/git/open-batch.ts';
import { openObjectReader } from '../../../src/git/open-object-reader.ts';

let gitDir: string;
let aborting: AbortController;

beforeEach(async () => {
  gitDir = await mkdtemp(join(tmpdir(), 'nectr-test-'));
  aborting = new AbortController();
});
afterEach(() => rm(gitDir, { recursive: true }));

const git = () => ({ gitDir, signal: aborting.signal });
const run = (args: readonly string[], input: string | Buffer = ''): string =>
  execFileSync('git', ['--git-dir', gitDir, ...args], { input, encoding: 'utf8', stdio: 'pipe' }).trim();
const init = () => run(['init', '--quiet', '--bare']);
const write = (content: string | Buffer): string => run(['hash-object', '-w', '--stdin'], content);

const MISSING = '0123456789'.repeat(4);

describe('an object reader', () => {
  it('tells contents and sizes in the order asked, whatever is in them', async () => {
    init();
    const contents = ['', '\n', 'blob 3\n', 'a\nb\n\n', 'x\n'.repeat(500_000), 'ü€😀'];
    const oids = contents.map(write);
    await using objects = openObjectReader(git());
    const read = await objects.readBlobs([...oids, MISSING, ...oids.toReversed()]);
    const expected = [...contents, undefined, ...contents.toReversed()];
    expect(read.map((content) => content?.toString('utf8'))).toEqual(expected);
    const sizes = await objects.readSizes([MISSING, ...oids]);
    expect([...sizes]).toEqual(oids.map((oid, at) => [oid, Buffer.byteLength(contents[at] ?? '')]));
  });

  it('has no contents for what is no file', async () => {
    init();
    const tree = run(['mktree'], `100644 blob ${write('a')}\ta\n`);
    await using objects = openObjectReader(git());
    expect(await objects.readBlobs([tree, write('b')])).toEqual([undefined, Buffer.from('b')]);
  });

  it('sees what came after its first answer', async () => {
    init();
    await using objects = openObjectReader(git());
    await objects.readBlobs([write('first')]);
    expect(await objects.readBlobs([write('second')])).toEqual([Buffer.from('second')]);
  });
});

describe('a batch', () => {
  it('tells all who wait why git ended, and starts another with the next question', async () => {
    await using batch = openBatch('--batch', git());
    const both = await Promise.allSettled([batch.ask(MISSING), batch.ask(MISSING)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(batch.ask(MISSING)).rejects.toThrow(
      /^git cat-file ended with exit code 128: .*not a git repository/,
    );
    init();
    expect(await batch.ask(write('a'))).toEqual({ type: 'blob', bytes: 1, content: Buffer.from('a') });
  });

  it('asks again what waits behind what it cannot answer', async () => {
    init();
    const [first, last, broken] = [write('first'), write('last'), write(randomBytes(20_000))];
    const file = join(gitDir, 'objects', broken.slice(0, 2), broken.slice(2));
    await chmod(file, 0o600);
    await truncate(file, 10_000);
    await using batch = openBatch('--batch', git());
    await batch.ask(first);
    const answers = await Promise.allSettled([broken, last, first].map((oid) => batch.ask(oid)));
    expect(answers).toMatchObject([
      {
        status: 'rejected',
        reason: { message: expect.stringMatching(/^git cat-file ended with exit code 128: /) },
      },
      { status: 'fulfilled', value: { content: Buffer.from('last') } },
      { status: 'fulfilled', value: { content: Buffer.from('first') } },
    ]);
  });

  it('ends with the signal, and asks nothing any more', async () => {
    init();
    await using batch = openBatch('--batch-check', git());
    expect(await batch.ask(write('a'))).toMatchObject({ type: 'blob', bytes: 1 });
    aborting.abort();
    await expect(batch.ask(write('b'))).rejects.toThrow(/abort/i);
  });
});
