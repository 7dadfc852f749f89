// What has come: ids of deliveries → those that the ledger does not have. A delivery that was fetched and found to be a duplicate is
// remembered under its own id, or it would be fetched again in every round.
import type { Db } from '../tables.ts';

export async function filterUnknown(db: Db, deliveryIds: readonly string[]): Promise<readonly string[]> {
  if (deliveryIds.length === 0) return [];
  const stored = await db
    .selectFrom('events')
    .select('delivery_id')
    .where('delivery_id', 'in', deliveryIds)
    .execute();
  const reconciled = await db
    .selectFrom('reconciled_deliveries')
    .select('delivery_id')
    .where('delivery_id', 'in', deliveryIds)
    .execute();
  const known = new Set([...stored, ...reconciled].map(({ delivery_id }) => delivery_id));
  return deliveryIds.filter((id) => !known.has(id));
}

export async function rememberReconciled(db: Db, deliveryId: string, now: Date): Promise<void> {
  await db
    .insertInto('reconciled_deliveries')
    .values({ delivery_id: deliveryId, seen_at: now.toISOString() })
    .onConflict((conflict) => conflict.column('delivery_id').doNothing())
    .execute();
}

/** One that was fetched says nothing about the way from GitHub to here. */
export async function hasPing(
  db: Db,
  repositoryId: number,
  since: Date,
  { orFetched }: { readonly orFetched: boolean } = { orFetched: false },
): Promise<boolean> {
  let query = db
    .selectFrom('events')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('pull_request', 'is', null)
    .where('event_type', '=', 'ping')
    .where('received_at', '>=', since.toISOString());
  if (!orFetched) query = query.where('is_fetched', '=', 0);
  return (await query.executeTakeFirst()) !== undefined;
}
