// Files that are skipped by rule → why, in words.
import type { SkippedFile } from '../plan/plan-review.ts';
import { SKIP_WORDS } from './skip-words.ts';

const MAX_NAMED_FILES = 20;

/** Why a pull request has nothing to review. */
export function explainNothing(skipped: readonly SkippedFile[]): string {
  if (skipped.length === 0) return 'the pull request changes no files';
  const listed = skipped
    .slice(0, MAX_NAMED_FILES)
    .map(({ path, reason }) => `${path} (${SKIP_WORDS[reason]})`);
  const more = skipped.length > MAX_NAMED_FILES ? `, and ${skipped.length - MAX_NAMED_FILES} more` : '';
  return `every changed file is skipped by rule: ${listed.join(', ')}${more}`;
}
