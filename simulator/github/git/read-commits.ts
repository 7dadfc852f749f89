// Commits as the API shows them: read from git, never remembered.
import { readForever } from './run-git.ts';

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** First line and body. */
  readonly message: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

const FORMAT = '%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00';

/** Commits that `head` has and `base` has not, oldest first. */
export async function listCommits(gitDir: string, base: string, head: string): Promise<Commit[]> {
  return readLog(gitDir, ['--reverse', head, `^${base}`]);
}

export async function readCommit(gitDir: string, sha: string): Promise<Commit> {
  const [commit] = await readLog(gitDir, ['-1', sha]);
  if (!commit) throw new Error(`no commit ${sha}`);
  return commit;
}

async function readLog(gitDir: string, args: readonly string[]): Promise<Commit[]> {
  const output = await readForever(gitDir, ['log', '-z', `--format=${FORMAT}`, ...args, '--']);
  const fields = output.toString('utf8').split('\0');
  const commits: Commit[] = [];
  // Each commit is ten fields and the separator of `-z`.
  for (let at = 0; at + 9 < fields.length; at += 11) {
    const [
      sha = '',
      tree = '',
      parents = '',
      an = '',
      ae = '',
      ad = '',
      cn = '',
      ce = '',
      cd = '',
      message = '',
    ] = fields.slice(at, at + 10);
    commits.push({
      sha,
      tree,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      author: { name: an, email: ae, date: readDate(ad) },
      committer: { name: cn, email: ce, date: readDate(cd) },
      message: message.trimEnd(),
    });
  }
  return commits;
}

function readDate(seconds: string): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

export async function readMergeBase(gitDir: string, base: string, head: string): Promise<string | undefined> {
  try {
    return (await readForever(gitDir, ['merge-base', base, head])).toString('utf8').trimEnd();
  } catch {
    return undefined; // unrelated histories
  }
}
