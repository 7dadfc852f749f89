// Number → the pull request as it is now, and the commit in which it branched off.
import { RequestError } from '@octokit/request-error';
import { z } from 'zod';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly headSha: string;
  readonly baseSha: string;
}

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

const pullRequestSchema = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  head: z.object({ sha }),
  base: z.object({ sha }),
});

export async function readPullRequest(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<PullRequest> {
  const answer = await octokit.rest.pulls.get({ ...name, pull_number: number }).catch((error: unknown) => {
    throw explainMissing(error, name, number);
  });
  const pull = pullRequestSchema.parse(answer.data);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    state: pull.state,
    headSha: pull.head.sha,
    baseSha: pull.base.sha,
  };
}

/** The diff of a pull request starts where it branched off, not at the tip of its base branch. */
export async function readMergeBase(
  octokit: Octokit,
  name: RepositoryName,
  pull: PullRequest,
): Promise<string> {
  const basehead = `${pull.baseSha}...${pull.headSha}`;
  const answer = await octokit.rest.repos.compareCommitsWithBasehead({ ...name, basehead, per_page: 1 });
  return z.object({ merge_base_commit: z.object({ sha }) }).parse(answer.data).merge_base_commit.sha;
}

function explainMissing(error: unknown, { owner, repo }: RepositoryName, number: number): unknown {
  if (!(error instanceof RequestError)) return error;
  if (error.status === 401) {
    return new Error('GitHub refused the token (401): check the input `github-token`.', { cause: error });
  }
  if (error.status === 404 || error.status === 403) {
    const message =
      `Pull request #${number} of ${owner}/${repo} cannot be read (${error.status}): check the number, and that ` +
      'the workflow has the permissions `contents: read` and `pull-requests: write`.';
    return new Error(message, { cause: error });
  }
  return error;
}
