// New rows → their ids, all in one statement.
import type { Selectable } from 'kysely';
import { compileEach } from '../compile-once.ts';
import type { NewEvent, Origin } from '../event.ts';
import type { EventTable } from '../tables.ts';
import type { Db } from '../tables.ts';

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
    next_attempt_at: status === 'pending' ? at : null,
    received_at: at,
    queued_at: at,
    completed_at: status === 'pending' ? null : at,
    connection_id: connectionId ?? null,
    is_fetched: isFetched ? 1 : 0,
  };
}

const insert = compileEach((db, rows: readonly NewRow[]) =>
  db
    .insertInto('events')
    .values(
      rows.map((row) => ({
        delivery_id: row.delivery_id,
        repo: row.repo,
        repository_id: row.repository_id,
        event_type: row.event_type,
        effect: row.effect,
        action: row.action,
        pull_request: row.pull_request,
        head_sha: row.head_sha,
        base_sha: row.base_sha,
        body_digest: row.body_digest,
        pr_updated_at: row.pr_updated_at,
        status: row.status,
        reason: row.reason,
        attempts: 0,
        failures: 0,
        next_attempt_at: row.next_attempt_at,
        received_at: row.received_at,
        queued_at: row.queued_at,
        completed_at: row.completed_at,
        connection_id: row.connection_id,
        is_fetched: row.is_fetched,
      })),
    )
    .returning(['id', 'delivery_id']),
);

/** In the order of the rows. */
export async function insertEvents(db: Db, rows: readonly NewRow[]): Promise<number[]> {
  if (rows.length === 0) return [];
  // What a database returns is in no order that it promises.
  const ids = new Map((await insert(db, rows)).map(({ id, delivery_id }) => [delivery_id, id]));
  return rows.map(({ delivery_id }) => {
    const id = ids.get(delivery_id);
    if (id === undefined) throw new Error('an event was inserted, and the database named no id');
    return id;
  });
}
