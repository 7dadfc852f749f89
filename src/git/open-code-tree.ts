// One commit → readers of its files, folders and text. Paths are looked up in the commit's own listing and contents are
// read by object id: a path that is not in the tree leads nowhere, and a symlink is the text it consists of.
import { basename } from 'node:path/posix';
import { searchTree, type Search, type SearchResult } from './search-tree.ts';
import type { ObjectReader } from './open-object-reader.ts';
import { runGit, type GitOptions } from './run-git.ts';

export type ReadFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'folder' | 'submodule' | 'binary' | 'missing' }
  | { readonly kind: 'too_large'; readonly bytes: number };

export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
}

export interface CodeTree {
  /** Whether any folder has a file of that name. */
  hasFileNamed(name: string): Promise<boolean>;
  readFile(path: string): Promise<ReadFile>;
  /** Several at once, for files that are known to be small. */
  readTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Names of a folder, folders with a slash at their end; undefined when there is no such folder. */
  listFolder(folder: string): Promise<readonly string[] | undefined>;
  search(search: Search): Promise<SearchResult>;
}

/** More of one file than this tells a reviewer nothing more. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MODES = { link: '120000', submodule: '160000' };

export function openCodeTree(commit: string, git: GitOptions, objects: ObjectReader): CodeTree {
  // Everything goes by it: it is read before it is asked for, and that it could not be read is told to who asks.
  const listing = readListing(commit, git);
  listing.catch(() => {});
  return {
    hasFileNamed: async (name) => [...(await listing).keys()].some((path) => basename(path) === name),
    readFile: async (path) => readFile(cleanPath(path), await listing, objects),
    readTexts: async (paths) => readTexts(paths, await listing, objects),
    listFolder: async (folder) => listFolder(cleanPath(folder), await listing),
    search: async (search) => searchTree(commit, search, await listing, git),
  };
}

async function readListing(commit: string, git: GitOptions): Promise<ReadonlyMap<string, TreeEntry>> {
  const output = await runGit(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit], git);
  const entries = output.toString('utf8').split('\0');
  return new Map(
    entries.flatMap((entry) => {
      const [, mode, oid, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
      return mode === undefined || oid === undefined || path === undefined
        ? []
        : [[path, { mode, oid }] as const];
    }),
  );
}

/** `./src//a.ts/` → `src/a.ts`. Anything that climbs stays as it is, and is then not in the tree. */
function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

async function readFile(
  path: string,
  listing: ReadonlyMap<string, TreeEntry>,
  objects: ObjectReader,
): Promise<ReadFile> {
  const entry = listing.get(path);
  if (!entry) return { kind: listFolder(path, listing) ? 'folder' : 'missing' };
  if (entry.mode === MODES.submodule) return { kind: 'submodule' };
  const bytes = (await objects.readSizes([entry.oid])).get(entry.oid);
  if (bytes === undefined) return { kind: 'missing' };
  if (bytes > MAX_FILE_BYTES) return { kind: 'too_large', bytes };
  const [content] = await objects.readBlobs([entry.oid]);
  if (!content) return { kind: 'missing' };
  if (entry.mode === MODES.link) return { kind: 'symlink', target: content.toString('utf8') };
  return content.subarray(0, 8_000).includes(0)
    ? { kind: 'binary' }
    : { kind: 'text', text: content.toString('utf8') };
}

async function readTexts(
  paths: readonly string[],
  listing: ReadonlyMap<string, TreeEntry>,
  objects: ObjectReader,
): Promise<ReadonlyMap<string, string>> {
  const files = paths.flatMap((path) => {
    const entry = listing.get(path);
    return entry && entry.mode !== MODES.link && entry.mode !== MODES.submodule
      ? [{ path, oid: entry.oid }]
      : [];
  });
  const sizes = await objects.readSizes(files.map(({ oid }) => oid));
  const small = files.filter(({ oid }) => (sizes.get(oid) ?? Infinity) <= MAX_FILE_BYTES);
  const contents = await objects.readBlobs(small.map(({ oid }) => oid));
  return new Map(
    small.flatMap(({ path }, at) => {
      const content = contents[at];
      return content ? [[path, content.toString('utf8')] as const] : [];
    }),
  );
}

function listFolder(folder: string, listing: ReadonlyMap<string, TreeEntry>): readonly string[] | undefined {
  const prefix = folder === '' ? '' : `${folder}/`;
  const names = new Set<string>();
  for (const path of listing.keys()) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...rest] = path.slice(prefix.length).split('/');
    names.add(rest.length > 0 ? `${name}/` : name);
  }
  return names.size === 0 && folder !== '' ? undefined : [...names].sort();
}
