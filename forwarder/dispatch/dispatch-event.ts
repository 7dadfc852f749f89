// Held event → one attempt at its repository_dispatch, and what came of it as a value. The error map is here, each row
// with what a person can do.
import { PAYLOAD_VERSION, type ClientPayload } from '../../contract/client-payload.ts';
import { splitName, type GitHub } from '../github/open-github.ts';
import { postDispatch } from '../github/post-dispatch.ts';
import { readRefusal, type Refusal } from '../github/read-refusal.ts';
import { readRepositoryById } from '../github/read-repository.ts';
import type { ClaimedEvent } from '../inbox/event.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';

export type DispatchOutcome =
  | { readonly kind: 'dispatched'; readonly repo: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Tried again after the usual backoff. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'token_rejected'; readonly reason: string }
  | { readonly kind: 'rate_limited'; readonly reason: string; readonly waitMs: number | undefined };

export interface DispatchEdges {
  /** Undefined: no token is configured. */
  readonly github: GitHub | undefined;
  readonly connections: Pick<ConnectionStore, 'findByRepository' | 'rename'>;
  readonly now: () => Date;
}

export async function dispatchEvent(edges: DispatchEdges, event: ClaimedEvent): Promise<DispatchOutcome> {
  const { github, now } = edges;
  if (!github) {
    const reason = 'github_token_missing: set GITHUB_TOKEN and start the forwarder again';
    return { kind: 'token_rejected', reason };
  }
  try {
    return await tryToDispatch(edges, github, event);
  } catch (error) {
    return judge(readRefusal(error, now()), event);
  }
}

async function tryToDispatch(
  edges: DispatchEdges,
  github: GitHub,
  event: ClaimedEvent,
): Promise<DispatchOutcome> {
  const connection = await edges.connections.findByRepository(event.repositoryId);
  const known = connection?.fullName ?? event.repo;
  // A name in a payload is not proof of a name: where the two differ, the id decides.
  const isRenamed = known.toLowerCase() !== event.repo.toLowerCase();
  const name = isRenamed ? await findName(edges, github, event) : known;
  if (name === undefined) return notFound(event);
  if (await post(edges, github, event, name)) return { kind: 'dispatched', repo: name };
  const newName = await findName(edges, github, event);
  if (newName === undefined) return notFound(event);
  if (newName.toLowerCase() === name.toLowerCase()) {
    return failed(
      'github_permission_missing',
      `GITHUB_TOKEN sees ${name}, but may not dispatch there: ${GRANT}`,
    );
  }
  if (await post(edges, github, event, newName)) return { kind: 'dispatched', repo: newName };
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

const GRANT =
  'give it Contents: write on this repository (`repo` for a classic token), then redeliver the event';

function judge(refusal: Refusal, event: ClaimedEvent): DispatchOutcome {
  switch (refusal.kind) {
    case 'token_rejected': {
      const reason =
        'github_token_rejected: GitHub answers 401 to GITHUB_TOKEN; it is wrong, expired or revoked';
      return { kind: 'token_rejected', reason };
    }
    case 'rate_limited':
      return { kind: 'rate_limited', reason: 'github_rate_limited', waitMs: refusal.waitMs };
    case 'forbidden':
      return failed(
        'github_permission_missing',
        `GITHUB_TOKEN may not dispatch: ${GRANT} (${refusal.message})`,
      );
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

function notFound({ repo, repositoryId }: ClaimedEvent): DispatchOutcome {
  return failed(
    'repository_not_found',
    `GITHUB_TOKEN sees no repository with the id ${repositoryId} (${repo}): it was deleted, or the token has no access to it`,
  );
}

function failed(code: string, message: string): DispatchOutcome {
  return { kind: 'failed', reason: `${code}: ${message}` };
}
