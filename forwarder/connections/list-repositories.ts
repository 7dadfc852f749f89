// Connected repositories, each with what its webhook last answered to GitHub and when that was read: a health probe that
// costs nothing. What cannot be read for one is told there, and the others are listed all the same.
import { readPause, type Connection, type CurrentPause } from '../inbox/connection.ts';
import type { ConnectEdges } from './call-github.ts';
import type { HookReadings } from './hook-readings.ts';

export async function listRepositories(
  { inbox, access, now }: Pick<ConnectEdges, 'inbox' | 'access' | 'now'>,
  readings: HookReadings,
) {
  const connections = await inbox.connections.list('connected');
  await readings.refresh(connections);
  return connections.map((connection) =>
    presentConnection(connection, readings, readPause(connection, access?.credentialsKey, now())),
  );
}

function presentConnection(connection: Connection, readings: HookReadings, pause: CurrentPause | undefined) {
  const { lastResponse, problem, readAt } = readings.find(connection) ?? {};
  return {
    repo: connection.fullName,
    repository_id: connection.repositoryId,
    installation_id: connection.id,
    webhook_id: connection.hookId,
    connected_at: connection.connectedAt,
    paused: pause ?? null,
    last_response: lastResponse ?? null,
    /** Null: GitHub was not heard yet. */
    last_response_read_at: readAt?.toISOString() ?? null,
    ...(problem ? { error: { error: problem.code, message: problem.message } } : {}),
  };
}
