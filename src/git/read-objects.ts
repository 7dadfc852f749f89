// Object ids → sizes and contents, by `git cat-file --batch`. Ids only come from git itself, so nothing that a pull
// request wrote is ever part of what git is asked.
import { runGit, type GitOptions } from './run-git.ts';

/** Object id → bytes; an object that is not there is left out. */
export async function readSizes(
  oids: readonly string[],
  git: GitOptions,
): Promise<ReadonlyMap<string, number>> {
  if (oids.length === 0) return new Map();
  const output = await runGit(['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    ...git,
    input: oids.map((oid) => `${oid}\n`).join(''),
  });
  const lines = output.toString('latin1').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [oid, size] = line.split(' ');
      return oid !== undefined && size !== undefined && /^\d+$/.test(size)
        ? [[oid, Number(size)] as const]
        : [];
    }),
  );
}

/** Contents in the order asked; undefined where the object is missing. */
export async function readBlobs(
  oids: readonly string[],
  git: GitOptions,
): Promise<readonly (Buffer | undefined)[]> {
  if (oids.length === 0) return [];
  const input = oids.map((oid) => `${oid}\n`).join('');
  const output = await runGit(['cat-file', '--batch=%(objecttype) %(objectsize)'], { ...git, input });
  let at = 0;
  return oids.map(() => {
    const end = output.indexOf('\n', at);
    const [, size] = /^blob (\d+)$/.exec(output.toString('latin1', at, end)) ?? [];
    at = end + 1;
    if (size === undefined) return undefined;
    const content = output.subarray(at, at + Number(size));
    at += content.length + 1;
    return content;
  });
}
