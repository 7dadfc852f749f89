// Token → Octokit. The one place that builds it; every call of the Action to the API goes through here.
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';

export type Octokit = ReturnType<typeof openGitHub>;

export interface GitHubOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: (message: string) => void;
}

const MAX_RATE_LIMIT_WAITS = 2;

/**
 * Reads are tried again on 5xx, and every call waits out a rate limit as GitHub's headers ask. Writes that are not
 * idempotent set `request.retries: 0` where they are made: a 5xx may come after GitHub has done the work.
 */
export function openGitHub({ token, apiUrl, log }: GitHubOptions) {
  const waitOut =
    (limit: string) =>
    (
      retryAfterSeconds: number,
      { method, url }: { method: string; url: string },
      _: unknown,
      waits: number,
    ) => {
      log(`GitHub's ${limit} rate limit on ${method} ${url}: asked to wait ${retryAfterSeconds} s`);
      return waits < MAX_RATE_LIMIT_WAITS;
    };
  return getOctokit(
    token,
    {
      baseUrl: apiUrl,
      userAgent: 'nectr',
      throttle: { onRateLimit: waitOut('primary'), onSecondaryRateLimit: waitOut('secondary') },
    },
    retry,
    throttling,
  );
}

/** Which repository a call is about. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}
