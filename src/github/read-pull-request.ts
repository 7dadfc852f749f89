// Number → the pull request as it is now, and the commit in which it branched off.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod/mini';
import { explainRefusal } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly headSha: string;
  readonly baseSha: string;
  readonly isDraft: boolean;
  readonly isFromBot: boolean;
  readonly labels: readonly string[];
  /** Size of the base repository, in kilobytes. */
  readonly repositoryKilobytes: number;
}

const sha = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));

const pullRequestSchema = z.object({
  number: z.int().check(z.positive()),
  title: z.string(),
  body: z.nullable(z.string()),
  state: z.enum(['open', 'closed']),
  head: z.object({ sha }),
  base: z.object({ sha, repo: z.object({ size: z.int() }) }),
  draft: z.optional(z.boolean()),
  user: z.nullable(z.object({ type: z.string() })),
  labels: z.array(z.object({ name: z.string() })),
});

export async function readPullRequest(
  octokit: Octokit,
  name: RepositoryName,
  number: number,
): Promise<PullRequest> {
  const what = `read pull request #${number} of ${name.owner}/${name.repo}`;
  const answer = await octokit.rest.pulls
    .get({ owner: name.owner, repo: name.repo, pull_number: number })
    .catch((error: unknown) => {
      throw explainRefusal(what, error);
    });
  const pull = pullRequestSchema.parse(answer.data);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    state: pull.state,
    headSha: pull.head.sha,
    baseSha: pull.base.sha,
    isDraft: pull.draft === true,
    isFromBot: pull.user?.type === 'Bot',
    labels: pull.labels.map(({ name }) => name),
    repositoryKilobytes: pull.base.repo.size,
  };
}

/** The diff of a pull request starts where it branched off, not at the tip of its base branch. */
export async function readMergeBase(
  octokit: Octokit,
  { owner, repo }: RepositoryName,
  pull: PullRequest,
): Promise<string> {
  const basehead = `${pull.baseSha}...${pull.headSha}`;
  const answer = await octokit.rest.repos
    .compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 })
    .catch((error: unknown) => {
      throw explainRefusal('find where the pull request branched off', error);
    });
  return z.object({ merge_base_commit: z.object({ sha }) }).parse(answer.data).merge_base_commit.sha;
}

/** Whether one commit came before another; one that GitHub no longer knows did not. */
export async function isAncestor(
  octokit: Octokit,
  { owner, repo }: RepositoryName,
  before: string,
  after: string,
): Promise<boolean> {
  try {
    const asked = { owner, repo, basehead: `${before}...${after}`, per_page: 1 };
    const answer = await octokit.rest.repos.compareCommitsWithBasehead(asked);
    return z.object({ status: z.string() }).parse(answer.data).status === 'ahead';
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return false;
    throw explainRefusal('compare with the last reviewed commit', error);
  }
}
