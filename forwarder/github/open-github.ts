// Token → Octokit. The one place that builds it: every call of the forwarder to GitHub goes through here, with a
// deadline and without being tried again. What is worth another try is stored with its time, never slept.
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import type { Log } from '../open-log.ts';

export type GitHub = ReturnType<typeof openGitHub>;

export interface GitHubOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** For one call and its answer; 10 s unless told. */
  readonly timeoutMs?: number | undefined;
}

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const Client = Octokit.plugin(paginateRest);

export function openGitHub({ token, apiUrl, log, timeoutMs = 10_000 }: GitHubOptions) {
  const github = new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'nectr-forwarder',
    log: {
      debug: () => {},
      info: () => {},
      warn: (message: string) => {
        log.warn(message);
      },
      error: () => {}, // it becomes a refusal, and is told where that is handled
    },
  });
  github.hook.before('request', (options) => {
    options.request = { ...options.request, signal: AbortSignal.timeout(timeoutMs) };
  });
  return github;
}

/** `owner/name` → its two parts. */
export function splitName(fullName: string): RepositoryName {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}
