// Connected repositories, each with what its webhook last answered to GitHub and when that was read: a health probe that
// costs nothing. What cannot be read for one is told there, and the others are listed all the same.
import type { Connection } from '../inbox/connection.ts';
import type { ConnectEdges } from './call-github.ts';
import type { HookReadings } from './hook-readings.ts';

export async function listRepositories(
  { inbox, now }: Pick<ConnectEdges, 'inbox' | 'now'>,
  readings: HookReadings,
) {
  const connections = await inbox.connections.list('connected');
  await readings.refresh(connections);
  return connections.map((connection) => presentConnection(connection, readings, now()));
}

function presentConnection(connection: Connection, readings: HookReadings, now: Date) {
  const { lastResponse, problem, readAt } = readings.find(connection) ?? {};
  return {
    repo: connection.fullName,
    repository_id: connection.repositoryId,
    installation_id: connection.id,
    webhook_id: connection.hookId,
    connected_at: connection.connectedAt,
    paused: presentPause(connection, now),
    last_response: lastResponse ?? null,
    /** Null: GitHub was not heard yet. */
    last_response_read_at: readAt?.toISOString() ?? null,
    ...(problem ? { error: { error: problem.code, message: problem.message } } : {}),
  };
}

function presentPause({ pausedUntil, pauseReason }: Connection, now: Date) {
  if (pausedUntil === null || pausedUntil <= now.toISOString()) return null;
  return { until: pausedUntil, reason: pauseReason };
}
