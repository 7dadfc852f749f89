// Real commits in real bare repositories: created, committed to, read.
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readForever, runGit } from './run-git.ts';

export interface Change {
  /** Path → content; null deletes. */
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  readonly author?: string;
  /** Modes other than 100644. The content of a submodule (160000) is the id of its commit. */
  readonly modes?: Readonly<Record<string, '100755' | '120000' | '160000'>>;
}

/**
 * An empty repository that serves what GitHub serves: any commit by its SHA, and partial clones. Written and not made by
 * `git init` and `git config`, which would be several processes for each (git-scm.com/docs/gitrepository-layout).
 */
export async function createBareRepository(gitDir: string, defaultBranch: string): Promise<void> {
  for (const folder of ['objects', 'refs/heads']) await mkdir(join(gitDir, folder), { recursive: true });
  await writeFile(join(gitDir, 'config'), CONFIG);
  await writeFile(join(gitDir, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
}

/** What a fork starts with: the branches, without the pull requests. Its objects are those of its network, as on GitHub. */
export async function copyBranches(from: string, gitDir: string): Promise<void> {
  await rm(join(gitDir, 'objects'), { recursive: true });
  await symlink(await realpath(join(from, 'objects')), join(gitDir, 'objects'));
  await cp(join(from, 'refs/heads'), join(gitDir, 'refs/heads'), { recursive: true });
}

/**
 * `refs/network` has the commits borrowed from forks for a comparison: reachable by SHA, as in GitHub's object network, but
 * not listed.
 */
const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[transfer]
\thideRefs = refs/network
`;

/** Commits on top of `parent`, moves the branch there and returns the new commit's SHA. */
export async function commitChange(
  gitDir: string,
  branch: string,
  parent: string | undefined,
  change: Change,
): Promise<string> {
  const author = change.author ?? 'octo';
  const when = `${Math.floor(Date.now() / 1000)} +0000`;
  const identity = `${author} <${author}@users.noreply.github.com> ${when}`;
  const entries = Object.entries(change.files).flatMap(([path, content]): (string | Buffer)[] => {
    if (content === null) return [`D ${quotePath(path)}\n`];
    if (change.modes?.[path] === '160000') return [`M 160000 ${content.toString()} ${quotePath(path)}\n`];
    return [`M ${change.modes?.[path] ?? '100644'} inline ${quotePath(path)}\n`, ...composeData(content)];
  });
  const stream = [
    `commit refs/heads/${branch}\nmark :1\nauthor ${identity}\ncommitter ${identity}\n`,
    ...composeData(change.message),
    ...(parent === undefined ? [] : [`from ${parent}\n`]),
    ...entries,
    '\n',
    'get-mark :1\n',
  ].map((part) => Buffer.from(part));
  const sha = await runGit(gitDir, ['fast-import', '--quiet', '--force'], Buffer.concat(stream));
  return sha.toString('utf8').trimEnd();
}

function composeData(content: string | Buffer): (string | Buffer)[] {
  const bytes = Buffer.from(content);
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

/** C-style quoting as git fast-import reads it: safe for any byte. */
function quotePath(path: string): string {
  const escaped = [...Buffer.from(path)].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString(8).padStart(3, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}

export async function resolveCommit(gitDir: string, revision: string): Promise<string | undefined> {
  return (await readRef(gitDir, revision)) ?? (await askForCommit(gitDir, revision));
}

/** Most questions are for the head of a branch, which is a file of one line: no process for that. */
async function readRef(gitDir: string, revision: string): Promise<string | undefined> {
  if (!/^refs\/heads\/[\w-]+$/.test(revision)) return undefined;
  const text = await readFile(join(gitDir, revision), 'utf8').catch(() => '');
  return /^([0-9a-f]{40})\n$/.exec(text)?.[1];
}

async function askForCommit(gitDir: string, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  try {
    return (await readAt(gitDir, revision, args)).toString('utf8').trimEnd();
  } catch {
    return undefined; // no such commit: the caller answers 404
  }
}

/** What a full SHA names is the same for ever; what a name stands for is asked for each time. */
function readAt(gitDir: string, revision: string, args: readonly string[]): Promise<Buffer> {
  return (/^[0-9a-f]{40}$/.test(revision) ? readForever : runGit)(gitDir, args);
}

/** Brings one commit of another repository on this machine under a ref of this one. */
export async function fetchCommit(
  gitDir: string,
  from: string,
  revision: string,
  ref: string,
): Promise<void> {
  const sha = await resolveCommit(from, revision);
  if (sha === undefined) throw new Error(`${from} has no commit ${revision}`);
  if (await sharesObjects(gitDir, from)) return writeRef(gitDir, ref, sha);
  await runGit(gitDir, [
    '-c',
    'uploadpack.allowAnySHA1InWant=true',
    'fetch',
    '--quiet',
    '--no-tags',
    '--force',
    from,
    `+${sha}:${ref}`,
  ]);
}

async function sharesObjects(one: string, other: string): Promise<boolean> {
  const [mine, theirs] = await Promise.all([one, other].map((gitDir) => realpath(join(gitDir, 'objects'))));
  return mine === theirs;
}

/** As a file, for a ref that nothing else writes meanwhile: no process for that. */
export async function writeRef(gitDir: string, ref: string, sha: string): Promise<void> {
  const file = join(gitDir, ref);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${sha}\n`);
}

/** Content of a file at a revision, or undefined when there is none. */
export async function readBlob(gitDir: string, revision: string, path: string): Promise<string | undefined> {
  try {
    return (await readAt(gitDir, revision, ['cat-file', 'blob', `${revision}:${path}`])).toString('utf8');
  } catch {
    return undefined; // no such file at that revision
  }
}

export async function listFolder(gitDir: string, revision: string, folder: string): Promise<string[]> {
  const output = await readAt(gitDir, revision, ['ls-tree', '-z', '--name-only', revision, `${folder}/`]);
  return output
    .toString('utf8')
    .split('\0')
    .flatMap((path) => (path === '' ? [] : [path.slice(folder.length + 1)]));
}
