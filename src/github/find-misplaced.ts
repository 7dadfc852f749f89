// Comments of a refused review → which of them GitHub cannot place. Its answer names no comment, so they are held against the
// patches that GitHub itself shows for the files.
import { parseHunks } from '../diff/parse-hunks.ts';
import type { Hunk } from '../diff/changed-file.ts';
import type { ReviewComment } from '../report/compose-review.ts';
import type { ReviewQuery } from './find-review.ts';
import type { Octokit } from './open-github.ts';

/** Ids of the findings behind the comments. A file that GitHub shows no patch of holds none. */
export async function findMisplaced(
  octokit: Octokit,
  { owner, repo, pullRequest }: ReviewQuery,
  comments: readonly ReviewComment[],
): Promise<ReadonlySet<string>> {
  const wanted = new Set(comments.map(({ path }) => path));
  const patches = new Map<string, readonly Hunk[]>();
  const asked = { owner, repo, pull_number: pullRequest, per_page: 100 };
  for await (const { data: files } of octokit.paginate.iterator(octokit.rest.pulls.listFiles, asked)) {
    for (const { filename, patch } of files) {
      if (wanted.has(filename)) patches.set(filename, patch === undefined ? [] : parseHunks(patch));
    }
    if (patches.size === wanted.size) break;
  }
  return new Set(
    comments.flatMap((comment) => (canStand(comment, patches.get(comment.path)) ? [] : [comment.id])),
  );
}

function canStand({ side, startLine, line }: ReviewComment, hunks: readonly Hunk[] = []): boolean {
  return hunks.some(({ lines }) => {
    const numbers = new Set(
      lines.flatMap((one) => {
        if (side === 'RIGHT') return one.kind === 'deleted' ? [] : [one.newLine];
        return one.kind === 'added' ? [] : [one.oldLine];
      }),
    );
    return numbers.has(startLine) && numbers.has(line);
  });
}
