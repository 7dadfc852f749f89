// Reads that can wait: of runs and of deliveries. They use what dispatches leave of a token, stand still while GitHub asks
// to wait or refuses the token, and what they are refused is heeded by dispatches as well.
import { RequestError } from '@octokit/request-error';
import type { GitHubAccess, RepositoryAccess } from '../github/github-access.ts';
import type { RepositoryName } from '../github/open-github.ts';
import { readRefusal, type Refusal } from '../github/read-refusal.ts';
import { readPause, type Connection } from '../inbox/connection.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';
import type { Governor } from './governor.ts';
import { RETRY_POLICY } from './plan-retry.ts';

export interface BackgroundEdges {
  readonly connections: Pick<ConnectionStore, 'pause'>;
  readonly access: GitHubAccess;
  readonly governor: Governor;
  readonly now: () => Date;
}

export type BackgroundRead<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  /** Nothing was asked. */
  | { readonly kind: 'waits'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Throws when work has to stop before its next read, which comes in a later round. */
export type RequireSpare = () => void;

/**
 * `work` asks before each of its reads whether it may go on.
 * @throws what is no refusal of GitHub's: an answer in another form, a store that fails
 */
export async function readInBackground<Value>(
  edges: BackgroundEdges,
  name: RepositoryName,
  connection: Connection | undefined,
  work: (access: RepositoryAccess, requireSpare: RequireSpare) => Promise<Value>,
): Promise<BackgroundRead<Value>> {
  const { access, now } = edges;
  let tokenKey: string | undefined;
  try {
    const pause = connection && readPause(connection, access.credentialsKey, now());
    if (pause) return { kind: 'waits', reason: `paused: ${pause.reason}` };
    const repository = await access.forRepository(name);
    ({ tokenKey } = repository);
    const requireSpare = composeRequireSpare(edges, tokenKey);
    requireSpare();
    return { kind: 'read', value: await work(repository, requireSpare) };
  } catch (error) {
    if (error instanceof NoSpare) return { kind: 'waits', reason: error.message };
    if (!isOfGitHub(error)) throw error;
    const refusal = readRefusal(error, now());
    if (tokenKey !== undefined) await heed(edges, refusal, tokenKey);
    return { kind: 'refused', refusal };
  }
}

class NoSpare extends Error {}

function composeRequireSpare(
  { access: { budgets }, governor, now }: BackgroundEdges,
  tokenKey: string,
): RequireSpare {
  return () => {
    const until = governor.readAsked(tokenKey, now());
    if (until) throw new NoSpare(`GitHub asks to wait until ${until.toISOString()}`);
    if (!budgets.hasSpare(tokenKey)) {
      throw new NoSpare('little is left of the hour, and dispatches need it');
    }
  };
}

/** A call that was ended by its deadline is no RequestError. */
function isOfGitHub(error: unknown): boolean {
  return (
    error instanceof RequestError || (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name))
  );
}

async function heed(
  { access, connections, governor, now }: BackgroundEdges,
  refusal: Refusal,
  tokenKey: string,
): Promise<void> {
  const after = (ms: number): Date => new Date(now().getTime() + ms);
  if (refusal.kind === 'rate_limited') {
    await governor.block(tokenKey, after(refusal.waitMs ?? RETRY_POLICY.rateLimitWaitMs));
  }
  if (refusal.kind === 'token_rejected') {
    const until = after(RETRY_POLICY.tokenWaitMs);
    const reason = 'github_token_rejected: GitHub answers 401; the token is wrong, expired or revoked';
    // Not stored: an App's key may be replaced, and its installations keep their names.
    governor.hold(tokenKey, until);
    const { credentialsKey } = access;
    await connections.pause({ tokenKey }, { until, reason, credentialsKey });
  }
}
