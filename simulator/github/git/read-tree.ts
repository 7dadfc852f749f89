// What lies in a folder of a commit, and the bytes of a file.
import { runGit } from './run-git.ts';

export interface TreeEntry {
  readonly path: string;
  readonly kind: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number;
}

/** The entry of that path; of a path that ends in `/`, what is in the folder. */
export async function listTree(gitDir: string, revision: string, path: string): Promise<TreeEntry[]> {
  const wanted = path === '' ? [] : ['--', path];
  const output = await runGit(gitDir, [
    '--literal-pathspecs',
    'ls-tree',
    '-z',
    '--long',
    '--full-tree',
    revision,
    ...wanted,
  ]);
  return output
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, kind, sha, size, name] =
        /^\d+ (blob|tree|commit) ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line) ?? [];
      if (kind === undefined) return [];
      return [{ path: name ?? '', kind: kind as TreeEntry['kind'], sha: sha ?? '', size: Number(size) || 0 }];
    });
}

export function readBytes(gitDir: string, blob: string): Promise<Buffer> {
  return runGit(gitDir, ['cat-file', 'blob', blob]);
}
