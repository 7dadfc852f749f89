// The edges that connecting needs, and one way to ask GitHub: what it refuses becomes a Problem with what to do.
import type { Governor } from '../dispatch/governor.ts';
import type { ConditionalReader } from '../github/conditional-reader.ts';
import type { GitHubAccess, RepositoryAccess } from '../github/github-access.ts';
import type { RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';
import { Problem } from '../problem.ts';
import { explainRefusal, type Subject } from './explain-refusal.ts';

export interface ConnectEdges {
  readonly inbox: Inbox;
  /** Undefined: neither a token nor an App is configured. */
  readonly access: GitHubAccess | undefined;
  /** There when `access` is. */
  readonly governor: Governor | undefined;
  /** Where webhooks are sent; undefined: no BACKEND_URL is configured. */
  readonly hookUrl: string | undefined;
  readonly reader: ConditionalReader;
  /** How long the ping of a new webhook is waited for. */
  readonly pingTimeoutMs: number;
  /** GitHub is asked instead of listened to: a ping that was fetched is all that there will be. */
  readonly isPolling: boolean;
  /** It is not known whether GitHub has made a webhook: somebody has to look. */
  readonly onDoubt: () => void;
  /** Aborted when the service stops: what goes on behind answers ends. */
  readonly stopping: AbortSignal;
  readonly log: Log;
  readonly now: () => Date;
}

/** @throws Problem */
export async function requireGitHub(
  edges: Pick<ConnectEdges, 'access' | 'now'>,
  name: RepositoryName,
): Promise<RepositoryAccess> {
  const { access } = edges;
  if (!access) {
    throw new Problem(
      409,
      'github_token_missing',
      'Set GITHUB_TOKEN to a token with Webhooks: write, Contents: write and Actions: read, or GITHUB_APP_ID and ' +
        'GITHUB_APP_PRIVATE_KEY, and start the forwarder again.',
    );
  }
  return callGitHub(edges, 'installation', `${name.owner}/${name.repo}`, () => access.forRepository(name));
}

/** Undefined: the App is not installed there, or not any more, and has no way to the webhook. @throws Problem */
export async function findGitHub(
  edges: Pick<ConnectEdges, 'access' | 'now'>,
  name: RepositoryName,
): Promise<RepositoryAccess | undefined> {
  try {
    return await requireGitHub(edges, name);
  } catch (error) {
    if (error instanceof Problem && error.code === 'app_not_installed') return undefined;
    throw error;
  }
}

/**
 * One more call that creates or changes something: it counts as dispatches do.
 * @throws Problem 503 with `Retry-After` while the token can take none; `curl --retry` waits for that
 */
export async function requireTurn(
  { governor, now }: Pick<ConnectEdges, 'governor' | 'now'>,
  tokenKey: string,
): Promise<void> {
  const until = await governor?.take(tokenKey, now());
  if (!until) return;
  const seconds = Math.max(1, Math.ceil((until.getTime() - now().getTime()) / 1000));
  throw new Problem(
    503,
    'github_rate_limited',
    `To keep the token below GitHub's limits: try again in ${seconds} s.`,
    { headers: { 'Retry-After': String(seconds) } },
  );
}

export function requireHookUrl({ hookUrl }: Pick<ConnectEdges, 'hookUrl'>): string {
  if (hookUrl !== undefined) return hookUrl;
  throw new Problem(
    409,
    'backend_url_missing',
    'Set BACKEND_URL to the public address of this service, so that GitHub knows where to send deliveries.',
  );
}

/** @throws Problem */
export async function callGitHub<Value>(
  { now }: Pick<ConnectEdges, 'now'>,
  subject: Subject,
  fullName: string,
  call: () => Promise<Value>,
): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Problem
      ? error
      : explainRefusal(readRefusal(error, now()), subject, fullName, error);
  }
}
