// Token → Octokit. The one place that builds it; every call of the Action to the API goes through here.
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import Bottleneck from 'bottleneck/light.js';

export type Octokit = ReturnType<typeof openGitHub>;

export interface GitHubOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: (message: string) => void;
}

const MAX_RATE_LIMIT_WAITS = 2;
/** A job has thirty minutes, and is paid for while it sleeps: a longer wait is a failure that says when to come back. */
const MAX_WAIT_SECONDS = 120;

/**
 * A second between writes is asked of who makes many (docs.github.com/rest/using-the-rest-api/best-practices): a review
 * makes three, at once, and who resolves dozens of threads waits. The plugin's own pace is one in 1 to 3 s from the first.
 */
const WRITES = {
  maxConcurrent: 1,
  reservoir: 10,
  reservoirIncreaseAmount: 1,
  reservoirIncreaseInterval: 1000,
  reservoirIncreaseMaximum: 10,
};

/**
 * Reads are tried again on 5xx, and every call waits out a short rate limit as GitHub's headers ask. Writes that are not
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
      return waits < MAX_RATE_LIMIT_WAITS && retryAfterSeconds <= MAX_WAIT_SECONDS;
    };
  const octokit = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      userAgent: 'nectr',
      throttle: {
        write: new Bottleneck.Group(WRITES),
        notifications: new Bottleneck.Group(WRITES),
        onRateLimit: waitOut('primary'),
        onSecondaryRateLimit: waitOut('secondary'),
      },
    },
    retry,
    throttling,
  );
  followMovedWrites(octokit, new URL(apiUrl).origin);
  return octokit;
}

/**
 * A renamed repository answers with a redirect. fetch turns a redirected POST into a GET, which succeeds and does nothing
 * (fetch.spec.whatwg.org/#http-redirect-fetch): so writes are sent again by hand, to the same server only.
 */
function followMovedWrites(octokit: ReturnType<typeof getOctokit>, origin: string): void {
  octokit.hook.before('request', (options) => {
    // Changed in place: what a wrapping hook hands on does not reach the hooks inside it.
    if (options.method !== 'GET') options.request.redirect = 'manual';
  });
  octokit.hook.wrap('request', async (request, options) => {
    const answer = await request(options);
    if (options.method === 'GET' || answer.status < 300) return answer;
    const { location } = answer.headers;
    const isHere = location !== undefined && new URL(location, origin).origin === origin;
    if (!isHere || options.request['isMoved'] === true) {
      throw new Error(
        `GitHub answered ${options.method} ${options.url} with a redirect that leads elsewhere`,
      );
    }
    const { body } = octokit.request.endpoint(options) as { body?: unknown };
    const { method, request: settings } = options;
    return octokit.request({ method, url: location, data: body, request: { ...settings, isMoved: true } });
  });
}

/** Which repository a call is about. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}
