// Commits of a repository, fetched bare and one commit deep: nothing is checked out, no hook or filter can run. Out: the
// changes between two of them, and readers of each.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedFile, ListedFile } from '../diff/changed-file.ts';
import { parseDiff } from '../diff/parse-diff.ts';
import { parseListing } from '../diff/parse-listing.ts';
import { openCodeTree, type CodeTree } from './open-code-tree.ts';
import { readAttributes, type LinguistFlags } from './read-attributes.ts';
import { openObjectReader } from './open-object-reader.ts';
import { runGit, TooMuchOutput, type GitOptions } from './run-git.ts';

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
  /** What changed in these files, in hunks with GitHub's three lines of context; without those that it would be too much with. */
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
  const gitDir = mkdtempSync(join(folder, 'nectr-'));
  const git: GitOptions = { gitDir, signal, ...(source.blobsOnDemand ? { config: partial(source) } : {}) };
  try {
    initialize(gitDir);
    await fetchCommits(source, commits, git);
  } catch (error) {
    await remove(gitDir);
    throw error;
  }
  const objects = openObjectReader(git);
  return {
    listChanges: (from, to) => listChanges(from, to, git),
    readPatches: (from, to, files) => readPatches({ from, to }, files, git),
    readSizes: (oids) => objects.readSizes(oids),
    readAttributes: (commit, paths) => readAttributes(commit, paths, git),
    openTree: (commit) => openCodeTree(commit, git, objects),
    [Symbol.asyncDispose]: async () => {
      await objects[Symbol.asyncDispose]();
      await remove(gitDir);
    },
  };
}

/** What `git init --bare` leaves without its template (gitrepository-layout(5)); each start of git counts until Claude is asked. */
function initialize(gitDir: string): void {
  mkdirSync(join(gitDir, 'objects'));
  mkdirSync(join(gitDir, 'refs'));
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
}

/**
 * At once, since a review is waiting to be posted: `rm` goes through the event loop for each file, 20 ms for all. Not so on Windows,
 * where something may look at it for a moment, and where `rmSync` ends the process for some paths (nodejs/node#58759). What cannot be
 * removed, the runner does: it is no reason to lose a review.
 */
async function remove(gitDir: string): Promise<void> {
  const all = { recursive: true, force: true };
  try {
    if (process.platform !== 'win32') {
      rmSync(gitDir, all);
      return;
    }
  } catch {
    // tried again, more patiently
  }
  await rm(gitDir, { ...all, maxRetries: 3 }).catch(() => {});
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
// Whole ids: the raw list would shorten them, and its sizes are looked up by them.
const SHAPE = ['-z', '--full-index', '--no-abbrev', '--find-renames', ...INERT];

async function listChanges(from: string, to: string, git: GitOptions): Promise<ListedFile[]> {
  const args = ['diff', '--raw', '--numstat', ...SHAPE, '--end-of-options', from, to, '--'];
  return parseListing((await runGit(args, git)).toString('utf8'));
}

/** As much as one call of git takes and prints: bounded in arguments and in memory. */
const CHUNK_FILES = 400;
/** Windows takes no longer command line than 32,767 characters. */
const CHUNK_PATH_BYTES = 24_000;
const CHUNK_LINES = 50_000;
/** Lines may be of any length. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** Of all together, so that memory has a bound; what comes behind is left out. To read as much would take 9 million tokens. */
const MAX_PATCH_BYTES = 32 * 1024 * 1024;

interface Range {
  readonly from: string;
  readonly to: string;
}

/**
 * In the order of `files`, each as it was listed. Among a part of the files git may pair renames in another way than among all
 * of them: so it is told not to where there is none, and what it has paired in another way is asked for by itself.
 */
async function readPatches(
  range: Range,
  files: readonly ListedFile[],
  git: GitOptions,
): Promise<ChangedFile[]> {
  const read = new Map<string, ChangedFile>();
  const groups = [files.filter((file) => !isRenamed(file)), files.filter(isRenamed)];
  const chunks = groups.flatMap(chunkFiles);
  let bytes = 0;
  while (bytes < MAX_PATCH_BYTES) {
    const chunk = chunks.shift();
    if (!chunk) break;
    const patch = await readPatch(range, chunk, git).catch((error: unknown) => {
      if (error instanceof TooMuchOutput && chunk.length > 1) return undefined;
      throw error;
    });
    const middle = chunk.length / 2;
    if (!patch) chunks.unshift(chunk.slice(0, middle), chunk.slice(middle));
    for (const file of patch?.files ?? []) read.set(file.path, file);
    bytes += patch?.bytes ?? 0;
  }
  const left = new Set(chunks.flat());
  const patches: ChangedFile[] = [];
  for (const file of files) {
    if (left.has(file)) continue;
    const found = read.get(file.path);
    const isSame = found !== undefined && found.previousPath === file.previousPath;
    const patch = isSame ? found : (await readPatch(range, [file], git)).files[0];
    // Left out, it would look as if it had been reviewed.
    if (!patch) throw new Error(`git diff printed nothing for ${JSON.stringify(file.path)}`);
    patches.push(patch);
  }
  return patches;
}

function isRenamed({ previousPath }: ListedFile): boolean {
  return previousPath !== undefined;
}

async function readPatch(
  { from, to }: Range,
  files: readonly ListedFile[],
  git: GitOptions,
): Promise<{ readonly files: readonly ChangedFile[]; readonly bytes: number }> {
  const wanted = new Set(files.map(({ path }) => path));
  const renames = files.some(isRenamed) ? ['--find-renames', '-l0'] : ['--no-renames'];
  const shape = ['--raw', '-p', '--unified=3', '--inter-hunk-context=0', ...SHAPE, ...renames];
  const args = ['diff', ...shape, '--end-of-options', from, to, '--', ...files.flatMap(pathsOf)];
  const output = await runGit(args, { ...git, ...(files.length > 1 ? { maxBytes: CHUNK_BYTES } : {}) });
  const parsed = parseDiff(output.toString('utf8'));
  return { files: parsed.filter(({ path }) => wanted.has(path)), bytes: output.length };
}

function pathsOf({ path, previousPath }: ListedFile): string[] {
  return previousPath === undefined ? [path] : [path, previousPath];
}

function chunkFiles(files: readonly ListedFile[]): ListedFile[][] {
  const chunks: ListedFile[][] = [];
  let [lines, bytes] = [Infinity, Infinity];
  for (const file of files) {
    const own = file.added + file.deleted;
    const named = pathsOf(file).reduce((sum, path) => sum + Buffer.byteLength(path), 0);
    const open = chunks.at(-1);
    const fits = lines + own <= CHUNK_LINES && bytes + named <= CHUNK_PATH_BYTES;
    if (open && open.length < CHUNK_FILES && fits) {
      open.push(file);
      lines += own;
      bytes += named;
    } else {
      chunks.push([file]);
      [lines, bytes] = [own, named];
    }
  }
  return chunks;
}
