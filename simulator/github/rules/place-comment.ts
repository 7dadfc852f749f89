// One comment of a review → the lines it stands on, or why it cannot stand there.
import type { ReviewComment } from '../world.ts';
import { placeLines, type DiffHunk, type LineOnSide } from './commentable-lines.ts';
import { MAX_BODY_CHARACTERS, type CommentInput } from './review.ts';

export type PlacedComment =
  | {
      readonly kind: 'placed';
      readonly comment: Omit<
        ReviewComment,
        'id' | 'reviewId' | 'author' | 'createdAt' | 'inReplyTo' | 'resolvedBy' | 'reactions'
      >;
    }
  | { readonly kind: 'refused'; readonly problem: string };

/** `readHunks` gives the hunks of a file, or undefined when it did not change. */
export async function placeComment(
  commitId: string,
  input: CommentInput,
  readHunks: (path: string) => Promise<readonly DiffHunk[] | undefined>,
): Promise<PlacedComment> {
  const { path, body, line, start_line: startLine, position } = input;
  const side = readSide(input.side ?? 'RIGHT');
  const startSide = readSide(input.start_side ?? input.side ?? 'RIGHT');
  if (body.trim() === '') return refused("Body can't be blank");
  if (body.length > MAX_BODY_CHARACTERS)
    return refused(`Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`);
  if (position !== undefined) return refused('position is closing down, use line and side instead');
  if (line === undefined || !side || !startSide) return refused('Line could not be resolved');
  const hunks = await readHunks(path);
  if (!hunks) return refused('Path could not be resolved');
  const start: LineOnSide | undefined =
    startLine === undefined ? undefined : { side: startSide, line: startLine };
  const placed = placeLines(hunks, { side, line }, start);
  if (placed.kind === 'refused') return placed;
  const { diffHunk, position: rows } = placed;
  const comment = {
    path,
    body,
    side,
    line,
    startLine: startLine ?? null,
    startSide: startLine === undefined ? null : startSide,
    commitId,
    diffHunk,
    position: rows,
  };
  return { kind: 'placed', comment };
}

function readSide(side: string): 'LEFT' | 'RIGHT' | undefined {
  return side === 'LEFT' || side === 'RIGHT' ? side : undefined;
}

function refused(problem: string): PlacedComment {
  return { kind: 'refused', problem };
}
