// Two commits of a repository, fetched bare: nothing is checked out, no hook or filter can run. Out: the diff.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit, type GitOptions } from './run-git.ts';

export interface Commits {
  /** The commit in which the pull request branched off. */
  readonly mergeBase: string;
  readonly head: string;
}

export interface Source {
  /** HTTP address of the repository, such as `https://github.com/octo/shop.git`. */
  readonly url: string;
  readonly token: string;
}

export interface OpenedRepository extends AsyncDisposable {
  /** Output of `git diff --raw -z -p` from merge base to head, with GitHub's three lines of context. */
  readDiff(): Promise<string>;
}

/** Fetches both commits, one commit deep, into a bare repository below `folder`; removed again on disposal. */
export async function openRepository(
  source: Source,
  commits: Commits,
  folder: string,
  signal: AbortSignal,
): Promise<OpenedRepository> {
  const gitDir = await mkdtemp(join(folder, 'nectr-'));
  const remove = (): Promise<void> => rm(gitDir, { recursive: true, force: true });
  try {
    await runGit(['init', '--quiet', '--bare', '--template='], { gitDir, signal });
    await fetchCommits(source, commits, { gitDir, signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { readDiff: () => readDiff(commits, { gitDir, signal }), [Symbol.asyncDispose]: remove };
}

async function fetchCommits(source: Source, { mergeBase, head }: Commits, git: GitOptions): Promise<void> {
  const credentials = Buffer.from(`x-access-token:${source.token}`).toString('base64');
  // For this server only; redirects are off in any case.
  const config = {
    [`http.${new URL(source.url).origin}/.extraheader`]: `Authorization: Basic ${credentials}`,
  };
  const options = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  await runGit(['fetch', ...options, '--end-of-options', source.url, head, mergeBase], { ...git, config });
}

async function readDiff({ mergeBase, head }: Commits, git: GitOptions): Promise<string> {
  const shape = [
    '--raw',
    '-z',
    '-p',
    '--full-index',
    '--unified=3',
    '--inter-hunk-context=0',
    '--find-renames',
  ];
  const inert = [
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=none',
    '--submodule=short',
  ];
  const output = await runGit(['diff', ...shape, ...inert, '--end-of-options', mergeBase, head, '--'], git);
  return output.toString('utf8');
}
