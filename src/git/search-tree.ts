// Words or a pattern + a commit → the lines that hold them, by `git grep`. The pattern goes behind `-e` and the folder
// behind `--`, so neither can be taken for an option; time and output are bounded, since a pattern may be a trap.
import type { TreeEntry } from './open-code-tree.ts';
import { runGit, type GitOptions } from './run-git.ts';

export interface Search {
  readonly pattern: string;
  /** POSIX extended expression; else the pattern is searched for as it is. */
  readonly isRegex: boolean;
  /** Only below this folder, or in this file; empty for everywhere. */
  readonly folder: string;
}

export interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export type SearchResult =
  | { readonly kind: 'matches'; readonly matches: readonly Match[]; readonly more: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

const MAX_MATCHES = 100;
const MAX_PER_FILE = 20;
const MAX_LINE_CHARACTERS = 300;
const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 20_000;
const SUBMODULE_MODE = '160000';
/** With contents left on the server, a search has to fetch what it reads. */
const MAX_FETCHED_FILES = 3_000;

export async function searchTree(
  commit: string,
  search: Search,
  listing: ReadonlyMap<string, TreeEntry>,
  git: GitOptions,
): Promise<SearchResult> {
  const folder = search.folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const below = [...listing].filter(
    ([path]) => folder === '' || path === folder || path.startsWith(`${folder}/`),
  );
  if (below.length === 0) return { kind: 'refused', reason: 'there is no such file or folder' };
  const isPartial = git.config?.['extensions.partialClone'] !== undefined;
  if (isPartial && below.length > MAX_FETCHED_FILES) {
    return {
      kind: 'refused',
      reason: `this repository is large: name a folder with fewer than ${MAX_FETCHED_FILES} files`,
    };
  }
  try {
    // A submodule's commit is in another repository.
    const contents = below.filter(([, { mode }]) => mode !== SUBMODULE_MODE).map(([, { oid }]) => oid);
    if (isPartial && contents.length > 0) await fetchContents(contents, git);
    const output = await runGit(composeArgs(commit, search, folder), {
      ...git,
      goodCodes: [0, 1],
      maxBytes: MAX_BYTES,
      cut: true,
      timeoutMs: TIMEOUT_MS,
    });
    return readMatches(output.toString('utf8'), commit);
  } catch (error) {
    git.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', reason: `the search failed: ${reason.slice(0, 300)}` };
  }
}

function composeArgs(commit: string, { pattern, isRegex }: Search, folder: string): string[] {
  const shape = [
    '-n',
    '-z',
    '-I',
    '--no-color',
    '--no-textconv',
    '--full-name',
    `--max-count=${MAX_PER_FILE}`,
  ];
  const where = folder === '' ? [] : [folder];
  // `git grep` takes no `--end-of-options`; the commit is an id that GitHub gave us, which begins with no dash.
  return ['grep', ...shape, isRegex ? '-E' : '-F', '-e', pattern, commit, '--', ...where];
}

/** One request for all, in place of one for each file. Objects that are here already are not sent again. */
async function fetchContents(oids: readonly string[], git: GitOptions): Promise<void> {
  const options = [
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--filter=blob:none',
  ];
  const input = oids.map((oid) => `${oid}\n`).join('');
  await runGit(['fetch', ...options, '--stdin', 'origin'], { ...git, input });
}

/**
 * `commit:path NUL line NUL text`; a line that was cut off at the end is left out. So is a file with a line end in its name, behind
 * which it could name another file; the id of the commit that it is in, no name can hold.
 */
function readMatches(output: string, commit: string): SearchResult {
  const prefix = `${commit}:`;
  const found = output.split('\n').flatMap((row): Match[] => {
    if (!row.startsWith(prefix)) return [];
    const [, path, line, text] = /^([^\0]*)\0(\d+)\0(.*)$/s.exec(row) ?? [];
    if (path === undefined || line === undefined || text === undefined) return [];
    const shown = text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)} […]` : text;
    return [{ path: path.slice(prefix.length), line: Number(line), text: shown }];
  });
  return { kind: 'matches', matches: found.slice(0, MAX_MATCHES), more: found.length > MAX_MATCHES };
}
