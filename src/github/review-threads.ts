// Pull request → the threads of our own findings: which are resolved by people, which are disliked by whom; and the way to
// mark one as fixed. GraphQL, since REST knows neither threads nor who resolved them.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { readCommentMarker } from '../report/comment-marker.ts';
import type { ReviewQuery } from './find-review.ts';
import type { Octokit } from './open-github.ts';

export interface OwnThread {
  readonly id: string;
  readonly commentId: number;
  readonly body: string;
  readonly fingerprint: string;
  readonly isResolved: boolean;
  /** Login of the person; undefined for an open thread, or one that we have resolved. */
  readonly resolvedBy: string | undefined;
  /** Logins of those who put a 👎 on it. */
  readonly dislikedBy: readonly string[];
}

const THREADS = `query Threads($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          resolvedBy { login }
          comments(first: 1) {
            nodes {
              databaseId
              body
              author { login }
              reactions(first: 20, content: THUMBS_DOWN) { nodes { user { login } } }
            }
          }
        }
      }
    }
  }
}`;

const login = z.object({ login: z.string() }).nullable();
const threadsSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(
          z.object({
            id: z.string(),
            isResolved: z.boolean(),
            resolvedBy: login,
            comments: z.object({
              nodes: z.array(
                z.object({
                  databaseId: z.int(),
                  body: z.string(),
                  author: login,
                  reactions: z.object({ nodes: z.array(z.object({ user: login })) }),
                }),
              ),
            }),
          }),
        ),
      }),
    }),
  }),
});

const MAX_PAGES = 10;

export async function listOwnThreads(octokit: Octokit, query: ReviewQuery): Promise<OwnThread[]> {
  const { owner, repo, pullRequest: number, account } = query;
  const threads: OwnThread[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer: unknown = await octokit.graphql(THREADS, { owner, repo, number, after });
    const { nodes, pageInfo } = threadsSchema.parse(answer).repository.pullRequest.reviewThreads;
    for (const thread of nodes) {
      const [comment] = thread.comments.nodes;
      // GraphQL names a bot without the `[bot]` of REST.
      if (!comment || !isSame(comment.author?.login, account)) continue;
      const fingerprint = readCommentMarker(comment.body);
      if (fingerprint === undefined) continue;
      const resolver = thread.resolvedBy?.login;
      threads.push({
        id: thread.id,
        commentId: comment.databaseId,
        body: comment.body,
        fingerprint,
        isResolved: thread.isResolved,
        resolvedBy: isSame(resolver, account) ? undefined : resolver,
        dislikedBy: comment.reactions.nodes.flatMap(({ user }) => (user ? [user.login] : [])),
      });
    }
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return threads;
}

function isSame(login: string | undefined, account: string): boolean {
  return login?.replace(/\[bot\]$/, '') === account.replace(/\[bot\]$/, '');
}

const RESOLVE = `mutation Resolve($threadId: ID!) {
  resolveReviewThread(input: { threadId: $threadId }) { thread { isResolved } }
}`;

/**
 * Resolves the thread; a token without `contents: write` may not, and then the comment itself says that the problem is gone.
 * Both can be done again without harm.
 */
export async function markFixed(
  octokit: Octokit,
  { owner, repo, headSha }: ReviewQuery,
  { id, commentId, body, isResolved }: OwnThread,
): Promise<void> {
  if (isResolved || body.startsWith(FIXED)) return;
  try {
    await octokit.graphql(RESOLVE, { threadId: id });
  } catch (error) {
    if (error instanceof RequestError && error.status >= 500) throw error;
    const said = `${FIXED} in ${headSha.slice(0, 7)}**\n\n${body}`;
    await octokit.rest.pulls.updateReviewComment({ owner, repo, comment_id: commentId, body: said });
  }
}

const FIXED = '✅ **Fixed';
