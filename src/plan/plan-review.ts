// Changed files → batches to review and a ledger in which every file ends with its state and reason. Nothing
// is left out without a line in the ledger.
import type { ChangedFile } from '../diff/changed-file.ts';
import { skipReason, type SkipReason } from './skip-reason.ts';

export interface Batch {
  readonly files: readonly ChangedFile[];
  /** Estimated tokens of these files' diffs. */
  readonly tokens: number;
}

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

export interface Plan {
  readonly batches: readonly Batch[];
  /** By rule: nobody expects a review of these. */
  readonly skipped: readonly SkippedFile[];
  /** Should be reviewed and cannot be: the review is partial without them. */
  readonly oversized: readonly { readonly path: string; readonly tokens: number }[];
}

/** One call's worth of diff: wide enough for a usual pull request, narrow enough to be read hunk by hunk. */
export const BATCH_TOKENS = 40_000;

/** A diff larger than this in one file is data or generated; 150,000 tokens still fit every current model. */
export const FILE_TOKENS = 150_000;

export function planReview(files: readonly ChangedFile[]): Plan {
  const batches: { files: ChangedFile[]; tokens: number }[] = [];
  const skipped: SkippedFile[] = [];
  const oversized: { path: string; tokens: number }[] = [];
  for (const file of files) {
    const tokens = estimateTokens(file);
    const reason = skipReason(file);
    if (reason) {
      skipped.push({ path: file.path, reason });
      continue;
    }
    if (tokens > FILE_TOKENS) {
      oversized.push({ path: file.path, tokens });
      continue;
    }
    const open = batches.at(-1);
    if (open && open.tokens + tokens <= BATCH_TOKENS) {
      open.files.push(file);
      open.tokens += tokens;
    } else {
      batches.push({ files: [file], tokens });
    }
  }
  return { batches, skipped, oversized };
}

/** About 3.5 characters of code a token; each line costs some more for its number and sign. */
function estimateTokens(file: ChangedFile): number {
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  return Math.ceil(lines.reduce((sum, line) => sum + line.text.length + 12, 0) / 3.5);
}
