// Credentials → Octokit. The one place that builds it: every call of the forwarder to GitHub goes through here, with a
// deadline and without being tried again. What is worth another try is stored with its time, never slept.
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import type { Log } from '../open-log.ts';

export type GitHub = ReturnType<typeof openGitHub>;

export interface AppCredentials {
  readonly appId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** A token, or an App: as itself, or as one of its installations, whose tokens are renewed before they end. */
export type Credentials =
  { readonly token: string } | { readonly app: AppCredentials; readonly installationId?: number };

export type ResponseHeaders = Readonly<Record<string, string | number | undefined>>;

export interface GitHubOptions {
  readonly credentials: Credentials;
  readonly apiUrl: string;
  readonly log: Log;
  /** For one call and its answer; 10 s unless told. */
  readonly timeoutMs?: number | undefined;
  /** Sees the headers of every answer, also of a refusal, and its status. */
  readonly onAnswer?: (headers: ResponseHeaders, status: number) => void;
}

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const Client = Octokit.plugin(paginateRest);

export function openGitHub({ credentials, apiUrl, log, timeoutMs = 10_000, onAnswer }: GitHubOptions) {
  const github = new Client({
    ...composeAuth(credentials),
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
  github.hook.after('request', ({ headers, status }) => {
    onAnswer?.(headers, status);
  });
  github.hook.error('request', (error) => {
    if ('response' in error && error.response) onAnswer?.(error.response.headers, error.status);
    throw error;
  });
  return github;
}

function composeAuth(credentials: Credentials) {
  if ('token' in credentials) return { auth: credentials.token };
  const { app, installationId } = credentials;
  return {
    authStrategy: createAppAuth,
    auth: { ...app, ...(installationId === undefined ? {} : { installationId }) },
  };
}

/** `owner/name` → its two parts. */
export function splitName(fullName: string): RepositoryName {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}
