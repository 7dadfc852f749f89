// Row → event.
import type { ClaimedEvent, StoredEvent } from '../event.ts';
import type { EventRow } from '../tables.ts';

export function readRow(row: EventRow): StoredEvent {
  return {
    id: row.id,
    deliveryId: row.delivery_id,
    repo: row.repo,
    repositoryId: row.repository_id,
    eventType: row.event_type,
    effect: row.effect,
    action: row.action,
    pullRequest: row.pull_request,
    headSha: row.head_sha,
    baseSha: row.base_sha,
    status: row.status,
    reason: row.reason,
    attempts: row.attempts,
    failures: row.failures,
    runId: row.run_id,
    runUrl: row.run_url,
    receivedAt: row.received_at,
    queuedAt: row.queued_at,
    dispatchedAt: row.dispatched_at,
    completedAt: row.completed_at,
    connectionId: row.connection_id,
  };
}

/** @throws when it lacks what a dispatch carries: it should never have been made pending */
export function readClaimedRow(row: EventRow): ClaimedEvent {
  const event = readRow(row);
  const { repo, repositoryId, pullRequest, headSha, baseSha, action } = event;
  if (
    repo === null ||
    repositoryId === null ||
    pullRequest === null ||
    headSha === null ||
    baseSha === null ||
    action === null
  ) {
    throw new Error(`event ${event.id} is pending, but it is not a pull request's`);
  }
  return { ...event, repo, repositoryId, pullRequest, headSha, baseSha, action };
}
