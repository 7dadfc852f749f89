// Own earlier reviews → what is remembered of this pull request: what was said, what became of it, and from which commit on
// the change is new.
import { hasWriteAccess } from './github/has-write-access.ts';
import type { OwnReview, ReviewQuery } from './github/find-review.ts';
import { isAncestor } from './github/read-pull-request.ts';
import { listOwnThreads, type OwnThread } from './github/review-threads.ts';
import type { Inputs } from './inputs.ts';
import type { Ledger, Remembered } from './report/ledger.ts';
import type { Edges } from './review.ts';

export interface Memory {
  /** The newest own review whose memory could be opened. */
  readonly last:
    { readonly review: OwnReview; readonly ledger: Ledger; readonly state: Ledger['state'] } | undefined;
  readonly findings: readonly Remembered[];
  readonly threads: readonly OwnThread[];
  /** Head up to which everything was read, if it lies before this one and the merge base is the same. */
  readonly since: string | undefined;
}

export const NO_MEMORY: Memory = { last: undefined, findings: [], threads: [], since: undefined };

export async function recall(
  inputs: Pick<Inputs, 'force' | 'scope' | 'repository'>,
  { octokit, log }: Pick<Edges, 'octokit' | 'log'>,
  query: ReviewQuery,
  reviews: readonly OwnReview[],
  mergeBase: string,
): Promise<Memory> {
  const review = reviews.findLast(({ ledger }) => ledger !== undefined);
  const ledger = review?.ledger;
  if (!review || !ledger || inputs.force) return NO_MEMORY;
  const { findings, threads } = await recallFindings({ octokit, log }, query, ledger);
  const canGoOn =
    inputs.scope !== 'full' &&
    ledger.state === 'complete' &&
    ledger.mergeBase === mergeBase &&
    (await isAncestor(octokit, inputs.repository, ledger.head, query.headSha));
  return {
    last: { review, ledger, state: ledger.state },
    findings,
    threads,
    since: canGoOn ? ledger.head : undefined,
  };
}

/** What a review remembers, and what people have made of it since. */
export async function recallFindings(
  { octokit, log }: Pick<Edges, 'octokit' | 'log'>,
  query: ReviewQuery,
  ledger: Ledger,
): Promise<Pick<Memory, 'findings' | 'threads'>> {
  const threads = await listOwnThreads(octokit, query).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    log(`The threads of earlier findings could not be read, so nothing counts as dismissed: ${reason}`);
    return [];
  });
  const dismissed = await findDismissed(octokit, query, threads);
  const findings = ledger.findings.map((finding) =>
    dismissed.has(finding.fingerprint) ? { ...finding, state: 'dismissed' as const } : finding,
  );
  return { findings, threads };
}

/** Resolved by a person, or disliked by somebody with write access. */
async function findDismissed(
  octokit: Edges['octokit'],
  query: ReviewQuery,
  threads: readonly OwnThread[],
): Promise<ReadonlySet<string>> {
  const rights = new Map<string, Promise<boolean>>();
  const mayWrite = (login: string): Promise<boolean> => {
    const known = rights.get(login) ?? hasWriteAccess(octokit, query, login);
    rights.set(login, known);
    return known;
  };
  const dismissed = await Promise.all(
    threads.map(async ({ fingerprint, resolvedBy, dislikedBy, isResolved }) => {
      const isDisliked = (await Promise.all(dislikedBy.map(mayWrite))).includes(true);
      return (isResolved && resolvedBy !== undefined) || isDisliked ? [fingerprint] : [];
    }),
  );
  return new Set(dismissed.flat());
}
