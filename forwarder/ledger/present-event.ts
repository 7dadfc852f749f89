// Stored event → what the ledger shows: its fields and nothing of how it is kept.
import type { StoredEvent } from '../inbox/event.ts';

export function presentEvent(event: StoredEvent) {
  return {
    id: event.id,
    delivery_id: event.deliveryId,
    repo: event.repo,
    repository_id: event.repositoryId,
    event_type: event.eventType,
    pull_request: event.pullRequest,
    head_sha: event.headSha,
    status: event.status,
    reason: event.reason,
    attempts: event.attempts,
    run_url: event.runUrl,
    received_at: event.receivedAt,
    dispatched_at: event.dispatchedAt,
    completed_at: event.completedAt,
  };
}
