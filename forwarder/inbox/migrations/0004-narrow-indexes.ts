// Indexes hold only the rows that somebody looks for: each one more took as long as the row itself to write (docs/adr/0023).
import { sql, type Kysely } from 'kysely';

export async function narrowIndexes(db: Kysely<unknown>): Promise<void> {
  // The new ones first: to drop an index stops everything else on its table until the end.
  await sql`create index events_leased on events (status, lease_until) where lease_until is not null`.execute(
    db,
  );
  await sql`create index events_ended on events (status, completed_at) where completed_at is not null`.execute(
    db,
  );
  // The same bytes about a pull request are found by the pull request, and stored under its lock.
  await sql`create unique index events_digest on events (body_digest) where effect = 'none'`.execute(db);
  for (const name of ['leases', 'finished', 'body_digest']) {
    await sql`drop index ${sql.id(`events_${name}`)}`.execute(db);
  }
}
