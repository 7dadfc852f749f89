// Connected repositories, each with what its webhook last answered to GitHub: a health probe that costs nothing. What
// cannot be read for one is told there, and the others are listed all the same.
import pMap from 'p-map';
import { readHook } from '../github/hooks.ts';
import { splitName } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { callGitHub, requireGitHub, type ConnectEdges } from './call-github.ts';

/** Calls to GitHub at a time. */
const CONCURRENCY = 8;

export async function listRepositories(edges: ConnectEdges) {
  const connections = await edges.inbox.connections.list('connected');
  return pMap(connections, (connection) => presentConnection(edges, connection), {
    concurrency: CONCURRENCY,
  });
}

async function presentConnection(edges: ConnectEdges, connection: Connection) {
  return {
    repo: connection.fullName,
    repository_id: connection.repositoryId,
    installation_id: connection.id,
    webhook_id: connection.hookId,
    connected_at: connection.connectedAt,
    paused: presentPause(edges, connection),
    ...(await readLastResponse(edges, connection)),
  };
}

function presentPause({ now }: ConnectEdges, { pausedUntil, pauseReason }: Connection) {
  if (pausedUntil === null || pausedUntil <= now().toISOString()) return null;
  return { until: pausedUntil, reason: pauseReason };
}

async function readLastResponse(edges: ConnectEdges, { fullName, hookId }: Connection) {
  try {
    const { github } = await requireGitHub(edges, splitName(fullName));
    const hook = await callGitHub(edges, 'hooks', fullName, () =>
      hookId === null
        ? Promise.resolve(undefined)
        : readHook(edges.reader, github, splitName(fullName), hookId),
    );
    if (hook) return { last_response: hook.last_response ?? null };
    const message =
      'GitHub has no such webhook any more, or the token may not see it: connect the repository again.';
    return { last_response: null, error: { error: 'webhook_not_found', message } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { last_response: null, error: { error: error.code, message: error.message } };
  }
}
