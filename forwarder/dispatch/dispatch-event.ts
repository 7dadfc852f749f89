// Held event → one attempt at its repository_dispatch, and what came of it as a value. The error map is here, each row
// with what a person can do.
import { PAYLOAD_VERSION, type ClientPayload } from '../../contract/client-payload.ts';
import type { GitHubAccess, RepositoryAccess } from '../github/github-access.ts';
import { splitName, type GitHub } from '../github/open-github.ts';
import { postDispatch } from '../github/post-dispatch.ts';
import { readRefusal, type Refusal } from '../github/read-refusal.ts';
import { readRepositoryById } from '../github/read-repository.ts';
import type { ClaimedEvent } from '../inbox/event.ts';
import { WITHDRAWN } from '../inbox/connections/hold-connection.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';
import type { Governor } from './governor.ts';

export type DispatchOutcome =
  | { readonly kind: 'dispatched'; readonly repo: string; readonly tokenKey: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Tried again after the usual backoff. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Nothing goes on before a person acts: with this token, or for this repository. */
  | { readonly kind: 'token_rejected'; readonly reason: string; readonly tokenKey: string | undefined }
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** GitHub asks to wait; `waitMs`: how long, if it says so. */
  | {
      readonly kind: 'rate_limited';
      readonly reason: string;
      readonly tokenKey: string;
      readonly waitMs: number | undefined;
    }
  /** No call was made: the token has none left before that time. */
  | { readonly kind: 'held_back'; readonly reason: string; readonly until: Date };

export interface DispatchEdges {
  /** Undefined: no token is configured. */
  readonly access: GitHubAccess | undefined;
  readonly governor: Governor | undefined;
  readonly connections: Pick<ConnectionStore, 'findByRepository' | 'rename'>;
  readonly now: () => Date;
}

/** `leaseUntil`: until when the event is ours. A process that slept past it must not call any more. */
export async function dispatchEvent(
  edges: DispatchEdges,
  event: ClaimedEvent,
  leaseUntil: Date,
): Promise<DispatchOutcome> {
  const { access, governor, now } = edges;
  if (!access || !governor) {
    const reason =
      'github_token_missing: set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY, and start the forwarder again';
    return { kind: 'token_rejected', reason, tokenKey: undefined };
  }
  let tokenKey = '';
  try {
    const connection = await edges.connections.findByRepository(event.repositoryId);
    if (event.connectionId !== null && connection?.id !== event.connectionId) {
      // It goes back to the store, which sees the same and ends it.
      return { kind: 'held_back', reason: WITHDRAWN, until: now() };
    }
    const known = connection?.fullName ?? event.repo;
    const repository = await access.forRepository(splitName(known));
    tokenKey = repository.tokenKey;
    const until = await governor.take(tokenKey, now());
    if (until) {
      const reason = `held back until ${until.toISOString()}, to keep below GitHub's rate limits`;
      return { kind: 'held_back', reason, until };
    }
    if (now() >= leaseUntil) {
      return { kind: 'held_back', reason: 'interrupted: the lease ended before the call', until: now() };
    }
    return await tryToDispatch(edges, repository, event, connection?.fullName);
  } catch (error) {
    return judge(readRefusal(error, now()), event, tokenKey);
  }
}

async function tryToDispatch(
  edges: DispatchEdges,
  { github, tokenKey }: RepositoryAccess,
  event: ClaimedEvent,
  known: string | undefined,
): Promise<DispatchOutcome> {
  // A name in a payload is not proof of a name: where it is not the one that GitHub told us, the id decides. Whoever knows the
  // global secret could name any repository, also one that has its own.
  const isProven = known?.toLowerCase() === event.repo.toLowerCase();
  const name = isProven ? known : await findName(edges, github, event);
  if (name === undefined) return notFound(event);
  if (await post(edges, github, event, name)) return { kind: 'dispatched', repo: name, tokenKey };
  const newName = await findName(edges, github, event);
  if (newName === undefined) return notFound(event);
  if (newName.toLowerCase() === name.toLowerCase()) {
    return forbidden(`the token sees ${name}, but may not dispatch there: ${GRANT}`);
  }
  if (await post(edges, github, event, newName)) return { kind: 'dispatched', repo: newName, tokenKey };
  return notFound(event);
}

/** False: not under this name. GitHub also says 404 to a token that lacks the right. */
async function post(
  { now }: DispatchEdges,
  github: GitHub,
  event: ClaimedEvent,
  fullName: string,
): Promise<boolean> {
  try {
    return (await postDispatch(github, splitName(fullName), composePayload(event, now()))) === 'accepted';
  } catch (error) {
    if (readRefusal(error, now()).kind === 'not_found') return false;
    throw error;
  }
}

async function findName(
  { connections, now }: DispatchEdges,
  github: GitHub,
  { repositoryId }: ClaimedEvent,
): Promise<string | undefined> {
  try {
    const { fullName } = await readRepositoryById(github, repositoryId);
    await connections.rename(repositoryId, fullName, now());
    return fullName;
  } catch (error) {
    if (readRefusal(error, now()).kind === 'not_found') return undefined;
    throw error;
  }
}

function composePayload(event: ClaimedEvent, now: Date): ClientPayload {
  return {
    version: PAYLOAD_VERSION,
    event_id: event.id,
    delivery_id: event.deliveryId,
    repository_id: event.repositoryId,
    pull_request: event.pullRequest,
    head_sha: event.headSha,
    base_sha: event.baseSha,
    action: event.action,
    sent_at: now.toISOString(),
  };
}

const GRANT = 'give it Contents: write on this repository (`repo` for a classic token)';

function judge(refusal: Refusal, event: ClaimedEvent, tokenKey: string): DispatchOutcome {
  switch (refusal.kind) {
    case 'token_rejected': {
      const reason = 'github_token_rejected: GitHub answers 401; the token is wrong, expired or revoked';
      return { kind: 'token_rejected', reason, tokenKey };
    }
    case 'rate_limited':
      return { kind: 'rate_limited', reason: 'github_rate_limited', tokenKey, waitMs: refusal.waitMs };
    case 'forbidden':
      return forbidden(`the token may not dispatch: ${GRANT} (${refusal.message})`);
    case 'not_found':
      return notFound(event);
    case 'gone':
      return failed('repository_gone', refusal.message);
    case 'invalid':
      return failed('github_refused', refusal.message);
    case 'unavailable':
      return { kind: 'unavailable', reason: `github_unavailable: ${refusal.message}` };
  }
}

function forbidden(message: string): DispatchOutcome {
  return { kind: 'forbidden', reason: `github_permission_missing: ${message}` };
}

function notFound({ repo, repositoryId }: ClaimedEvent): DispatchOutcome {
  return failed(
    'repository_not_found',
    `the token sees no repository with the id ${repositoryId} (${repo}): it was deleted, or the token has no access to it`,
  );
}

function failed(code: string, message: string): DispatchOutcome {
  return { kind: 'failed', reason: `${code}: ${message}` };
}
