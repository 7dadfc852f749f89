// The first questions to GitHub about a pull request, neither of which waits for the other: what it is now, and what has been said about it.
import { setTimeout as sleep } from 'node:timers/promises';
import { listMarked, type MarkedReview } from './github/list-marked.ts';
import type { Octokit, RepositoryName } from './github/open-github.ts';
import { readPullRequest, type PullRequest } from './github/read-pull-request.ts';

export interface Asked {
  readonly pull: Promise<PullRequest>;
  readonly reviews: Promise<readonly MarkedReview[]>;
}

/** Then the first is on its way: its first time takes some 30 ms of computing, and the second one's would delay it. */
const HEAD_START_MS = 30;

/** Resolves when both are made, not when they are answered: loading may keep the process busy from then on. */
export async function askGitHub(
  octokit: Octokit,
  repository: RepositoryName,
  pullRequest: number,
): Promise<Asked> {
  const pull = readPullRequest(octokit, repository, pullRequest);
  await Promise.race([pull, sleep(HEAD_START_MS)]).catch(() => {}); // told where it is waited for
  const reviews = listMarked(octokit, { ...repository, pullRequest });
  reviews.catch(() => {}); // as well
  return { pull, reviews };
}
