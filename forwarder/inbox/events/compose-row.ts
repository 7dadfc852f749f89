// An event on its arrival → its row.
import type { Selectable } from 'kysely';
import type { NewEvent, Origin } from '../event.ts';
import type { EventTable } from '../tables.ts';

export type NewRow = Pick<
  Selectable<EventTable>,
  | 'delivery_id'
  | 'repo'
  | 'repository_id'
  | 'event_type'
  | 'effect'
  | 'action'
  | 'pull_request'
  | 'head_sha'
  | 'base_sha'
  | 'body_digest'
  | 'pr_updated_at'
  | 'status'
  | 'reason'
  | 'attempts'
  | 'failures'
  | 'next_attempt_at'
  | 'received_at'
  | 'queued_at'
  | 'completed_at'
  | 'connection_id'
  | 'is_fetched'
>;

export function composeRow(
  event: NewEvent,
  { connectionId, isFetched = false }: Origin,
  { status, reason }: Pick<EventTable, 'status' | 'reason'>,
  now: Date,
): NewRow {
  const at = now.toISOString();
  const facts = 'facts' in event ? event.facts : undefined;
  return {
    delivery_id: event.deliveryId,
    repo: event.repo ?? null,
    repository_id: event.repositoryId ?? null,
    event_type: event.eventType,
    effect: event.effect,
    action: event.action ?? null,
    pull_request: (event.effect === 'none' ? event.pullRequest : event.facts.pullRequest) ?? null,
    head_sha: facts?.headSha ?? null,
    base_sha: facts?.baseSha ?? null,
    body_digest: event.bodyDigest,
    pr_updated_at: facts?.updatedAt ?? null,
    status,
    reason,
    attempts: 0,
    failures: 0,
    next_attempt_at: status === 'pending' ? at : null,
    received_at: at,
    queued_at: at,
    completed_at: status === 'pending' ? null : at,
    connection_id: connectionId ?? null,
    is_fetched: isFetched ? 1 : 0,
  };
}
