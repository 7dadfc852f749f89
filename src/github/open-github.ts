// Token → Octokit. The one place that builds it; every call of the Action to the API goes through here.
import { getOctokit } from '@actions/github';
import { keepToLimits, type Patience } from './keep-to-limits.ts';

export type Octokit = ReturnType<typeof openGitHub>;

export interface GitHubOptions extends Patience {
  readonly token: string;
  readonly apiUrl: string;
}

export function openGitHub({ token, apiUrl, ...patience }: GitHubOptions) {
  const octokit = getOctokit(token, { baseUrl: apiUrl, userAgent: 'nectr' });
  keepToLimits(octokit, patience);
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
