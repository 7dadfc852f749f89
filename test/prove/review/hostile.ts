// Repositories that are made to do something to who reads them. Every command that one could start would leave a file in a folder
// of canaries; every file outside of the tree that could be read says so; and every file of the change ends in the ledger.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { startLocalGitHub, type LocalGitHub } from '../../../simulator/github/local-github.ts';
import { runGit } from '../../../simulator/github/git/run-git.ts';
import { readCode } from '../../../src/claude/read-code.ts';
import { readChange } from '../../../src/read-change.ts';
import { atLeast, fact, none, noneOf, titled, type Figure } from '../scenario.ts';
import { composeHostileCommits, type HostileSize } from './hostile-commits.ts';
import { withHostileMachine } from './hostile-machine.ts';

const CANARY = 'canary-51b2c9-outside-of-the-tree';

/** One repository after the other: as GitHub sends it whole, and as it sends contents on demand. */
export async function proveHostile(size: HostileSize): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-hostile-'));
  const canaries = join(folder, 'canaries');
  await mkdir(canaries);
  await writeFile(join(folder, 'outside.txt'), CANARY);
  const github = await startLocalGitHub({ rateLimits: false });
  for (const login of ['octo', 'mona']) github.createUser(login);
  try {
    return await withHostileMachine(folder, canaries, async () => {
      const figures: Figure[] = [];
      for (const [name, commits] of composeHostileCommits(folder, canaries, size)) {
        if (size.only?.includes(name) === false) continue;
        figures.push(
          ...titled(name, await examine({ github, folder, name, commits, waysOut: size.waysOut })),
        );
      }
      return [...figures, noneOf('commands that were run', await readdir(canaries))];
    });
  } finally {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Stand {
  readonly github: LocalGitHub;
  readonly folder: string;
  readonly name: string;
  readonly commits: readonly [Buffer, Buffer];
  readonly waysOut: number | undefined;
}

async function examine({ github, folder, name, commits, waysOut }: Stand): Promise<Figure[]> {
  const fullName = `octo/${name.replaceAll(/\W+/g, '-')}`;
  const { gitDir } = await github.createRepository('octo', fullName.slice(5));
  for (const stream of commits) await runGit(gitDir, ['fast-import', '--quiet', '--force'], stream);
  const branch = '--upload-pack=id';
  const [base = '', head = ''] = (
    await runGit(gitDir, ['rev-parse', 'refs/heads/main', `refs/heads/${branch}`])
  )
    .toString()
    .split('\n');
  const listed = await listRaw(gitDir, base, head);
  await replaceObjects(gitDir, head);
  const token = github.createToken('github-actions[bot]', { contents: 'read' });
  const url = `${github.url}/${fullName}.git`;
  const figures: Figure[] = [];
  const kilobytes = [1, 600_000];
  for (const repositoryKilobytes of kilobytes) {
    const startedAt = performance.now();
    const source = { url, token, repositoryKilobytes, tempFolder: folder };
    const asked = { head, mergeBase: base, base, since: undefined };
    await using change = await readChange(source, asked, AbortSignal.timeout(240_000));
    const seconds = (performance.now() - startedAt) / 1000;
    const ledger = [...change.files, ...change.skipped].map(({ path }) => path);
    const isLarge = ledger.length > 100;
    const answers = isLarge
      ? []
      : await readOutside({ tree: change.head, files: change.files }, folder, ledger, waysOut);
    const way = repositoryKilobytes === 1 ? 'whole' : 'on demand';
    figures.push(
      ...titled(way, [
        atLeast('files in the ledger', ledger.length, 1),
        none('files that are not', listed.length - ledger.length),
        fact('each once, under its name', ledger.toSorted().join('\0') === listed.toSorted().join('\0')),
        noneOf(
          'answers with text from outside',
          answers.filter((answer) => answer.includes(CANARY) || /GITHUB_|root:/.test(answer)),
        ),
        { what: 'seconds to the plan', value: seconds.toFixed(1), holds: undefined },
      ]),
    );
  }
  return figures;
}

/** As anybody does who can push refs: git that honours them would show another file in place of each. */
async function replaceObjects(gitDir: string, head: string): Promise<void> {
  const other = (await runGit(gitDir, ['hash-object', '-w', '--stdin'], CANARY)).toString().trim();
  const listing = (await runGit(gitDir, ['ls-tree', '-r', head])).toString().split('\n').slice(0, 20);
  for (const line of listing) {
    const [, oid] = /^\d+ blob ([0-9a-f]+)\t/.exec(line) ?? [];
    if (oid !== undefined && oid !== other)
      await runGit(gitDir, ['update-ref', `refs/replace/${oid}`, other]);
  }
}

async function listRaw(gitDir: string, base: string, head: string): Promise<string[]> {
  const output = await runGit(gitDir, ['diff', '--name-only', '-z', '--find-renames', base, head]);
  return output
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

type Code = Parameters<typeof readCode>[0];

/** Every tool with every way out that I know of. */
async function readOutside(
  code: Code,
  folder: string,
  ledger: readonly string[],
  waysOut: number | undefined,
): Promise<string[]> {
  const outside = join(folder, 'outside.txt');
  const paths = [
    outside,
    '../outside.txt',
    `${'../'.repeat(20)}${outside}`,
    '/etc/passwd',
    '/proc/self/environ',
    'link',
    'links',
    'links/outside.txt',
  ];
  const more = [
    'environ',
    '.git/config',
    '.',
    'HEAD:a.js',
    ':(top)a.js',
    ':/',
    '--help',
    '-O',
    `--open-files-in-pager=touch x`,
    'a\0b',
  ];
  const asked = [...paths, ...more, ...ledger.slice(0, 12)].slice(0, waysOut);
  return (await pMap(asked, (path) => readInEveryWay(code, path), { concurrency: 3 })).flat();
}

async function readInEveryWay(code: Code, path: string): Promise<string[]> {
  const tools = [
    ['read_file', { path, from_line: 1, to_line: 400 }],
    ['list_files', { folder: path }],
    ['search_code', { pattern: path.replaceAll(/[\n\0]/g, ' '), is_regex: false, folder: '' }],
    ['search_code', { pattern: '.', is_regex: true, folder: path }],
    ['show_diff', { path }],
  ] as const;
  const answers = await Promise.all(tools.map(([name, input]) => readCode(code, name, input)));
  return answers.map(({ text }) => text);
}
