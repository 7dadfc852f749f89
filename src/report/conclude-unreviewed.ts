// How a run ended that made no review → what the check run says.
import { cleanText } from './clean-text.ts';
import { isFailing, type Conclusion, type FailOn } from './compose-outcome.ts';
import type { HideSecrets } from './hide-secrets.ts';
import type { EarlierFinding } from './result.ts';

export type UnreviewedOutcome =
  | {
      readonly kind: 'duplicate_skipped';
      readonly review: { readonly url: string };
      readonly open: readonly EarlierFinding[];
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/** A run that is repeated must not turn green what the first one has failed. */
export function concludeUnreviewed(outcome: UnreviewedOutcome, failOn: FailOn): Conclusion {
  if (outcome.kind === 'skipped') {
    const summary = cleanText(outcome.reason);
    return { conclusion: 'neutral', title: 'Nothing was reviewed', summary, annotations: [] };
  }
  const { review, open } = outcome;
  return {
    conclusion: isFailing({ findings: [], open }, failOn) ? 'failure' : 'neutral',
    title: open.length === 0 ? 'Already reviewed' : `Already reviewed, ${open.length} still open`,
    summary: `[The review](${review.url}) of this commit.`,
    annotations: [],
  };
}

export function concludeFailure(error: unknown, wasCancelled: boolean, hide: HideSecrets): Conclusion {
  const summary = cleanText(hide(error instanceof Error ? error.message : String(error)));
  return wasCancelled
    ? {
        conclusion: 'cancelled',
        title: 'Cancelled',
        summary: 'The run was cancelled before the review was posted.',
        annotations: [],
      }
    : { conclusion: 'failure', title: 'The review failed', summary, annotations: [] };
}
