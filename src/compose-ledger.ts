// What a review found and what was known before → the memory that the next review reads.
import type { CarriedOver } from './carry-over.ts';
import { remember, type Ledger } from './report/ledger.ts';
import type { ReviewResult } from './report/result.ts';

/** What is open, what is new, and what people have dismissed: in this order, since the end may be cut. */
export function composeLedger(
  result: ReviewResult,
  { open, remembered }: CarriedOver,
  settings: string,
): Ledger {
  const fresh = result.findings.map((finding) => {
    const { placement } = finding;
    // Only what stands in the head's file can be looked for there again.
    const isInHead = placement.kind === 'line' && placement.side === 'RIGHT';
    return remember({ ...finding, quote: isInHead ? finding.quote : '' }, 'open');
  });
  const dismissed = remembered.filter(({ state }) => state === 'dismissed');
  const { head_sha: head, merge_base: mergeBase, state } = result;
  return {
    version: 1,
    head,
    mergeBase,
    settings,
    state,
    findings: [...fresh, ...open, ...dismissed],
  };
}
