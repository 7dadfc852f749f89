// Due events → held by one dispatcher until its lease ends. One event of a pull request at a time, so that an older
// dispatch can never arrive after a newer one.
import { sql } from 'kysely';
import type { ClaimedEvent } from '../event.ts';
import type { Lease, Wanted } from '../inbox.ts';
import type { Db } from '../tables.ts';
import { readClaimedRow } from './read-row.ts';
import { returnExpired, type LockPullRequest } from './return-event.ts';

export async function claimEvents(
  db: Db,
  lock: LockPullRequest,
  { owner, until }: Lease,
  { limit, maxFailures, ...wanted }: Wanted,
  now: Date,
): Promise<readonly ClaimedEvent[]> {
  await returnExpired(db, lock, maxFailures, now);
  const due = await db
    .selectFrom('events as due')
    .select('due.id')
    .where('due.status', '=', 'pending')
    .where('due.next_attempt_at', '<=', now.toISOString())
    .where(isNotStopped('due', wanted, now))
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('events as held')
            .select('held.id')
            .whereRef('held.repository_id', '=', 'due.repository_id')
            .whereRef('held.pull_request', '=', 'due.pull_request')
            .where('held.status', '=', 'processing')
            .where('held.dispatched_at', 'is', null),
        ),
      ),
    )
    .orderBy('due.next_attempt_at')
    .orderBy('due.id')
    .limit(limit)
    .forUpdate('due')
    .skipLocked()
    .execute();
  const claimed: ClaimedEvent[] = [];
  for (const { id } of due) {
    // Asked again in the update: another replica may have been faster.
    const row = await db
      .updateTable('events')
      .set((set) => ({
        status: 'processing',
        attempts: set('attempts', '+', 1),
        lease_owner: owner,
        lease_until: until.toISOString(),
      }))
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (row) claimed.push(readClaimedRow(row));
  }
  return claimed;
}

type Stops = Pick<Wanted, 'credentialsKey' | 'heldKeys'>;

/** Its repository's connection is not waiting for a person, nor its token for its time. Few are: a look at each is cheap. */
function isNotStopped(events: 'due' | 'events', { credentialsKey, heldKeys = [] }: Stops, now: Date) {
  const isHeld =
    heldKeys.length === 0 ? sql`` : sql` or connections.token_key in (${sql.join([...heldKeys])})`;
  return sql<boolean>`not exists (
    select 1 from connections
    where connections.repository_id = ${sql.ref(`${events}.repository_id`)}
      and ((connections.paused_until > ${now.toISOString()} and connections.pause_key = ${credentialsKey})${isHeld})
  )`;
}

/** The earliest time at which a pending event falls due, a lease ends, or a pause does; not when a held token is free. */
export async function readNextDue(db: Db, stops: Stops, now: Date): Promise<Date | undefined> {
  const pending = await db
    .selectFrom('events')
    .select('next_attempt_at as at')
    .where('status', '=', 'pending')
    .where(isNotStopped('events', stops, now))
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  const held = await db
    .selectFrom('events')
    .select((select) => select.fn.min('lease_until').as('at'))
    .where('status', '=', 'processing')
    .where('lease_until', 'is not', null)
    .executeTakeFirst();
  const paused = await db
    .selectFrom('connections')
    .select((select) => select.fn.min('paused_until').as('at'))
    .where('paused_until', '>', now.toISOString())
    .where('pause_key', '=', stops.credentialsKey)
    .executeTakeFirst();
  const times = [pending?.at, held?.at, paused?.at].filter((at) => typeof at === 'string').sort();
  return times[0] === undefined ? undefined : new Date(times[0]);
}
