// What is reviewed in the demo: the shop's pull request, or a range of any git repository on this machine.
import { execFile } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LocalGitHub } from '../github/local-github.ts';
import { FIRST_COMMIT, PULL_REQUEST, SECOND_COMMIT, SHOP, WORKFLOW } from './shop.ts';

/** A repository on the local GitHub, and how its pull request comes about. */
export interface Material {
  readonly fullName: string;
  /** Opens the pull request from a fork. Returns its number. */
  open(): Promise<number>;
  /** Pushes what comes next; undefined when the range has no further commit. */
  readonly push: (() => Promise<string>) | undefined;
}

const BRANCH = 'change';

export async function createShop(github: LocalGitHub): Promise<Material> {
  await github.createRepository('octo', 'shop', { files: SHOP });
  await github.fork('octo/shop', 'mona');
  return {
    fullName: 'octo/shop',
    open: async () => {
      await github.commit('mona/shop', BRANCH, FIRST_COMMIT);
      return openFromFork(github, 'octo/shop', PULL_REQUEST.title, PULL_REQUEST.body);
    },
    push: () => github.commit('mona/shop', BRANCH, SECOND_COMMIT),
  };
}

export interface Range {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
}

/**
 * `base` becomes the main branch, with the workflow on top; `head` becomes the pull request. With two commits or
 * more the last one is pushed later, so that a `synchronize` can be seen as well.
 */
export async function importRange(github: LocalGitHub, { folder, base, head }: Range): Promise<Material> {
  const path = resolve(folder);
  const commits = (await git(path, 'rev-list', '--first-parent', `${base}..${head}`)).split('\n');
  if (commits[0] === '') throw new Error(`--head ${head} has no commit that --base ${base} does not have.`);
  const name = basename(path).replaceAll(/[^\w.-]/g, '-') || 'repository';
  const [fullName, fork] = [`octo/${name}`, `mona/${name}`];
  await github.createRepository('octo', name);
  await github.importCommit(fullName, 'main', path, base);
  await github.commit(fullName, 'main', { message: 'Add Nectr', author: 'octo', files: WORKFLOW });
  await github.fork(fullName, 'mona');
  const subject = await git(path, 'log', '-1', '--format=%s', head);
  const [last = head, before] = commits;
  return {
    fullName,
    open: async () => {
      await github.importCommit(fork, BRANCH, path, before ?? last);
      return openFromFork(github, fullName, subject, null);
    },
    push: before === undefined ? undefined : () => github.importCommit(fork, BRANCH, path, last),
  };
}

async function openFromFork(github: LocalGitHub, repository: string, title: string, body: string | null) {
  const head = `mona:${BRANCH}`;
  return (await github.openPullRequest({ repository, head, base: 'main', title, body, author: 'mona' }))
    .number;
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args]).catch((error: unknown) => {
    const { stderr } = error as { stderr?: string };
    throw new Error(`git cannot read that range of ${folder}: ${stderr?.trim() ?? String(error)}`, {
      cause: error,
    });
  });
  return stdout.trim();
}
