// What is done about earlier reviews: fixed findings are marked where they were told, and when nothing is new the memory of the
// last review is brought forward without a word. All of it can be done twice without harm.
import { explainRefusal } from './github/explain-refusal.ts';
import type { OwnReview, ReviewQuery } from './github/find-review.ts';
import type { Octokit } from './github/open-github.ts';
import { markFixed } from './github/review-threads.ts';
import type { Memory } from './recall.ts';
import type { EarlierFinding } from './report/result.ts';

/** One that cannot be marked keeps no other from it: nobody comes back for them. Rejects with the first failure. */
export async function markAllFixed(
  octokit: Octokit,
  query: ReviewQuery,
  { threads }: Memory,
  fixed: readonly EarlierFinding[],
): Promise<void> {
  const gone = new Set(fixed.map(({ fingerprint }) => fingerprint));
  const failures: unknown[] = [];
  for (const thread of threads) {
    if (!gone.has(thread.fingerprint)) continue;
    await markFixed(octokit, query, thread).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw explainRefusal(`mark ${failures.length} fixed findings`, failures[0]);
}

const LEDGER = /^<!-- nectr:ledger v1 [\w.-]+ -->$/gm;

/** Only the hidden line changes: nobody is notified of an edit. */
export async function bringForward(
  octokit: Octokit,
  { owner, repo, pullRequest }: ReviewQuery,
  review: OwnReview,
  sealed: string,
): Promise<void> {
  const body = review.body.replaceAll('\r\n', '\n').replaceAll(LEDGER, () => sealed);
  try {
    await octokit.rest.pulls.updateReview({
      owner,
      repo,
      pull_number: pullRequest,
      review_id: review.id,
      body,
    });
  } catch (error) {
    throw explainRefusal('bring its last review forward', error);
  }
}
