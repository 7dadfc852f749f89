// A finished event of a pull request → pending again, on purpose: by a redelivery from GitHub or through the admin API.
// It never overtakes a newer event that asks for a review.
import { holdConnectionOf } from '../connections/hold-connection.ts';
import type { RequeuedEvent } from '../inbox.ts';
import type { Db, EventRow } from '../tables.ts';
import { readRow } from './read-row.ts';

export async function requeueEvent(db: Db, id: number, now: Date): Promise<RequeuedEvent> {
  const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return { kind: 'missing' };
  const obstacle = await findObstacle(db, row);
  if (obstacle !== undefined) return { kind: 'refused', code: 'not_redeliverable', message: obstacle };
  const connectionId = row.repository_id === null ? undefined : await holdConnectionOf(db, row.repository_id);
  // One that needs none came by a webhook that somebody made by hand.
  if (row.connection_id !== null && connectionId === undefined) {
    return { kind: 'refused', code: 'not_connected', message: explainDisconnected(row) };
  }
  const at = now.toISOString();
  const requeued = await db
    .updateTable('events')
    .set({
      status: 'pending',
      reason: null,
      failures: 0,
      next_attempt_at: at,
      queued_at: at,
      dispatched_at: null,
      completed_at: null,
      // `run_id` stays: the run before is not mistaken for the next.
      run_url: null,
      // The repository may have been connected anew since.
      connection_id: connectionId ?? null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { kind: 'queued', event: readRow(requeued) };
}

function explainDisconnected({ id, repo }: EventRow): string {
  return `${repo ?? 'The repository'} of event ${id} was disconnected: connect it first (POST /api/v1/repos/${repo ?? 'OWNER/NAME'}/install).`;
}

async function findObstacle(db: Db, row: EventRow): Promise<string | undefined> {
  const { id, status, effect, repository_id, pull_request, pr_updated_at } = row;
  if (effect !== 'dispatch' || pr_updated_at === null) {
    return `Event ${id} (${row.event_type}) starts no review, so there is nothing to dispatch.`;
  }
  if (status === 'pending' || status === 'processing') {
    return `Event ${id} is ${status}: it is dispatched without being asked again.`;
  }
  const newer = await db
    .selectFrom('events')
    .select('id')
    .where('repository_id', '=', repository_id)
    .where('pull_request', '=', pull_request)
    .where('effect', '=', 'dispatch')
    .where('id', '<>', id)
    .where((where) =>
      where.or([
        where('pr_updated_at', '>', pr_updated_at),
        where('status', 'in', ['pending', 'processing']),
        where.and([where('pr_updated_at', '=', pr_updated_at), where('id', '>', id)]),
      ]),
    )
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return newer && `Event ${newer.id} of the same pull request is newer: send that one again.`;
}
