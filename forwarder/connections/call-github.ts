// The edges that connecting needs, and one way to ask GitHub: what it refuses becomes a Problem with what to do.
import type { GitHub } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';
import { Problem } from '../problem.ts';
import { explainRefusal, type Subject } from './explain-refusal.ts';

export interface ConnectEdges {
  readonly inbox: Inbox;
  /** Undefined: no token is configured. */
  readonly github: GitHub | undefined;
  /** Where webhooks are sent; undefined: no BACKEND_URL is configured. */
  readonly hookUrl: string | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

export function requireGitHub({ github }: Pick<ConnectEdges, 'github'>): GitHub {
  if (github) return github;
  throw new Problem(
    409,
    'github_token_missing',
    'Set GITHUB_TOKEN to a token with Webhooks: write and Contents: write, and start the forwarder again.',
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
    throw explainRefusal(readRefusal(error, now()), subject, fullName, error);
  }
}
