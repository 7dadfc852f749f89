// Commits of a repository, fetched bare and one commit deep: nothing is checked out, no hook or filter can run. Out: the
// changes between two of them, and readers of each.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedFile, ListedFile } from '../diff/changed-file.ts';
import { parseDiff } from '../diff/parse-diff.ts';
import { parseListing } from '../diff/parse-listing.ts';
import { openCodeTree, type CodeTree } from './open-code-tree.ts';
import { readAttributes, type LinguistFlags } from './read-attributes.ts';
import { readSizes } from './read-objects.ts';
import { runGit, type GitOptions } from './run-git.ts';

export interface Source {
  /** HTTP address of the repository, such as `https://github.com/octo/shop.git`. */
  readonly url: string;
  readonly token: string;
  /** Leave file contents on the server until one is asked for: for repositories that are large. */
  readonly blobsOnDemand: boolean;
}

export interface OpenedRepository extends AsyncDisposable {
  /** Every file that changed between two of the commits, without what changed in it. */
  listChanges(from: string, to: string): Promise<ListedFile[]>;
  /** What changed in these files, in hunks with GitHub's three lines of context. */
  readPatches(from: string, to: string, files: readonly ListedFile[]): Promise<ChangedFile[]>;
  /** Object id → bytes. */
  readSizes(oids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What `.gitattributes` of a commit say about these paths to GitHub's Linguist. */
  readAttributes(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, LinguistFlags>>;
  openTree(commit: string): CodeTree;
}

/** Fetches the commits by their SHA into a bare repository below `folder`; removed again on disposal. */
export async function openRepository(
  source: Source,
  commits: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<OpenedRepository> {
  const gitDir = await mkdtemp(join(folder, 'nectr-'));
  const remove = (): Promise<void> => rm(gitDir, { recursive: true, force: true });
  const git: GitOptions = { gitDir, signal, ...(source.blobsOnDemand ? { config: partial(source) } : {}) };
  try {
    await runGit(['init', '--quiet', '--bare', '--template='], git);
    await fetchCommits(source, commits, git);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    listChanges: (from, to) => listChanges(from, to, git),
    readPatches: (from, to, files) => readPatches({ from, to }, files, git),
    readSizes: (oids) => readSizes(oids, git),
    readAttributes: (commit, paths) => readAttributes(commit, paths, git),
    openTree: (commit) => openCodeTree(commit, git),
    [Symbol.asyncDispose]: remove,
  };
}

/** For this server only; redirects are off in any case. By environment: no argument and no file holds the token. */
function credentials({ url, token }: Source): Readonly<Record<string, string>> {
  const encoded = Buffer.from(`x-access-token:${token}`).toString('base64');
  return { [`http.${new URL(url).origin}/.extraheader`]: `Authorization: Basic ${encoded}` };
}

const REMOTE = 'origin';

/** By these git knows where a content that is missing can be had, and asks for it when it is read. */
function partial(source: Source): Readonly<Record<string, string>> {
  return {
    ...credentials(source),
    'core.repositoryFormatVersion': '1',
    'extensions.partialClone': REMOTE,
    [`remote.${REMOTE}.url`]: source.url,
    [`remote.${REMOTE}.promisor`]: 'true',
    [`remote.${REMOTE}.partialCloneFilter`]: 'blob:none',
  };
}

async function fetchCommits(source: Source, commits: readonly string[], git: GitOptions): Promise<void> {
  const config = { ...git.config, ...credentials(source) };
  const options = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  const from = source.blobsOnDemand
    ? ['--filter=blob:none', '--end-of-options', REMOTE]
    : ['--end-of-options', source.url];
  await runGit(['fetch', ...options, ...from, ...new Set(commits)], { ...git, config });
}

const INERT = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=none',
  '--submodule=short',
];
const SHAPE = ['-z', '--full-index', '--find-renames', ...INERT];

async function listChanges(from: string, to: string, git: GitOptions): Promise<ListedFile[]> {
  const args = ['diff', '--raw', '--numstat', ...SHAPE, '--end-of-options', from, to, '--'];
  return parseListing((await runGit(args, git)).toString('utf8'));
}

/** As many files and lines as one call of git prints: bounded in arguments and in memory. */
const CHUNK_FILES = 400;
const CHUNK_LINES = 50_000;

async function readPatches(
  { from, to }: { readonly from: string; readonly to: string },
  files: readonly ListedFile[],
  git: GitOptions,
): Promise<ChangedFile[]> {
  const read: ChangedFile[] = [];
  for (const chunk of chunkFiles(files)) {
    const wanted = new Set(chunk.map(({ path }) => path));
    const paths = chunk.flatMap(({ path, previousPath }) =>
      previousPath === undefined ? [path] : [path, previousPath],
    );
    const shape = ['--raw', '-p', '--unified=3', '--inter-hunk-context=0', ...SHAPE];
    const args = ['diff', ...shape, '--end-of-options', from, to, '--', ...paths];
    const parsed = parseDiff((await runGit(args, git)).toString('utf8'));
    read.push(...parsed.filter(({ path }) => wanted.has(path)));
  }
  return read;
}

function chunkFiles(files: readonly ListedFile[]): ListedFile[][] {
  const chunks: ListedFile[][] = [];
  let lines = Infinity;
  for (const file of files) {
    const own = file.added + file.deleted;
    const open = chunks.at(-1);
    if (open && open.length < CHUNK_FILES && lines + own <= CHUNK_LINES) {
      open.push(file);
      lines += own;
    } else {
      chunks.push([file]);
      lines = own;
    }
  }
  return chunks;
}
