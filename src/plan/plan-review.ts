// Changed files → batches to review, riskiest first. Every file is in exactly one batch, so that a ledger of the batches is a
// ledger of the files.
import type { ChangedFile } from '../diff/changed-file.ts';
import { groupFiles } from './group-files.ts';
import { rateRisk } from './rate-risk.ts';
import type { SkipReason } from './skip-reason.ts';

export interface Batch {
  readonly files: readonly ChangedFile[];
  /** Estimated tokens of these files' diffs. */
  readonly tokens: number;
}

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** One call's worth of diff: wide enough for a usual pull request, narrow enough to be read hunk by hunk. */
export const BATCH_TOKENS = 40_000;

export function planBatches(files: readonly ChangedFile[]): Batch[] {
  const groups = groupFiles(files).sort((a, b) => riskOf(b) - riskOf(a));
  const batches: { files: ChangedFile[]; tokens: number }[] = [];
  for (const group of groups) {
    const whole = group.reduce((sum, file) => sum + estimateTokens(file), 0);
    // A group that fits into a batch of its own is not torn apart to fill another.
    const open = batches.at(-1);
    const isSplit = open !== undefined && open.tokens + whole > BATCH_TOKENS && whole <= BATCH_TOKENS;
    if (isSplit) batches.push({ files: [], tokens: 0 });
    for (const file of group) addFile(batches, file);
  }
  return batches.sort((a, b) => riskOf(b.files) - riskOf(a.files));
}

function addFile(batches: { files: ChangedFile[]; tokens: number }[], file: ChangedFile): void {
  const tokens = estimateTokens(file);
  const open = batches.at(-1);
  if (open && (open.files.length === 0 || open.tokens + tokens <= BATCH_TOKENS)) {
    open.files.push(file);
    open.tokens += tokens;
  } else {
    batches.push({ files: [file], tokens });
  }
}

function riskOf(files: readonly ChangedFile[]): number {
  return files.reduce((highest, file) => Math.max(highest, rateRisk(file)), -Infinity);
}

/** About 3.5 characters of code a token; each line costs some more for its number and sign. */
export function estimateTokens({ hunks }: ChangedFile): number {
  let characters = 0;
  for (const { lines } of hunks) for (const { text } of lines) characters += text.length + 12;
  return Math.ceil(characters / 3.5);
}
