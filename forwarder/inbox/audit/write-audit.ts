// The audit log: written once for each change that was asked for, read newest first.
import type { AuditEntry, NewAuditEntry } from '../audit.ts';
import type { Db } from '../tables.ts';

export async function addAuditEntry(db: Db, entry: NewAuditEntry, now: Date): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at: now.toISOString(),
      action: entry.action,
      repo: entry.repo ?? null,
      event_id: entry.eventId ?? null,
      outcome: entry.outcome,
      address: entry.address ?? null,
    })
    .execute();
}

export async function listAuditEntries(
  db: Db,
  { beforeId, limit }: { readonly beforeId: number | undefined; readonly limit: number },
): Promise<readonly AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  return (await query.execute()).map((row) => ({
    id: row.id,
    at: row.at,
    action: row.action,
    repo: row.repo ?? undefined,
    eventId: row.event_id ?? undefined,
    outcome: row.outcome,
    address: row.address ?? undefined,
  }));
}
