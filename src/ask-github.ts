// The first questions to GitHub about a pull request, asked together: what it is now, and what has been said about it.
import { setTimeout as sleep } from 'node:timers/promises';
import { listMarked, type MarkedReview } from './github/list-marked.ts';
import type { Octokit, RepositoryName } from './github/open-github.ts';
import { readPullRequest, type PullRequest } from './github/read-pull-request.ts';

export interface Asked {
  readonly pull: Promise<PullRequest>;
  readonly reviews: Promise<readonly MarkedReview[]>;
}

/** Then the first is on its way: computed together, neither would be for some 10 ms longer. */
const APART_MS = 25;

export function askGitHub(octokit: Octokit, repository: RepositoryName, pullRequest: number): Asked {
  const asked = {
    pull: readPullRequest(octokit, repository, pullRequest),
    reviews: sleep(APART_MS).then(() => listMarked(octokit, { ...repository, pullRequest })),
  };
  for (const answer of Object.values(asked)) answer.catch(() => {}); // told where it is waited for
  return asked;
}
