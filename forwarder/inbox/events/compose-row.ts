// An event on its arrival → its row.
import type { Selectable } from 'kysely';
import type { NewEvent, Origin } from '../event.ts';
import type { EventTable } from '../tables.ts';

/** What is known of an event when it arrives; all else is empty then. */
export const NEW_COLUMNS = {
  delivery_id: 'text',
  repo: 'text',
  repository_id: 'bigint',
  event_type: 'text',
  effect: 'text',
  action: 'text',
  pull_request: 'integer',
  head_sha: 'text',
  base_sha: 'text',
  body_digest: 'text',
  pr_updated_at: 'text',
  status: 'text',
  reason: 'text',
  attempts: 'integer',
  failures: 'integer',
  next_attempt_at: 'text',
  received_at: 'text',
  queued_at: 'text',
  completed_at: 'text',
  connection_id: 'bigint',
  is_fetched: 'integer',
} as const satisfies Partial<Record<keyof EventTable, 'text' | 'bigint' | 'integer'>>;

export type NewRow = Pick<Selectable<EventTable>, keyof typeof NEW_COLUMNS>;

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
