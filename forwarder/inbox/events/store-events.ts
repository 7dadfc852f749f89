// Verified deliveries that came together → what is stored of each, inside one transaction. Most are the first of their pull
// request and known by nothing: they are stored in one statement, however many they are. All others go one by one.
import type { CompiledQuery } from 'kysely';
import { askInOrder } from '../ask-in-order.ts';
import { selectAndHold } from '../connections/hold-connection.ts';
import type { NewEvent, Origin } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import type { Db, EventTable } from '../tables.ts';
import { composeRow } from './compose-row.ts';
import { composeTrace } from './compose-trace.ts';
import { insertFirst } from './insert-first.ts';
import { CLOSED, storeEvent } from './store-event.ts';

export interface Arrival {
  readonly event: NewEvent;
  readonly origin: Origin;
  readonly now: Date;
}

/** In the order of the arrivals. `locks`: what keeps everybody else from deciding about their pull requests. */
export async function storeEvents(
  db: Db,
  arrivals: readonly Arrival[],
  locks: readonly CompiledQuery[],
): Promise<StoredDelivery[]> {
  const stored = await storeFirst(db, arrivals, locks);
  const results: StoredDelivery[] = [];
  for (const arrival of arrivals) {
    const { event, origin, now } = arrival;
    results.push(stored.get(event.deliveryId) ?? (await storeEvent(db, event, origin, now)));
  }
  return results;
}

/** Those that share nothing with another one that came with them. */
function selectAlone(arrivals: readonly Arrival[]): readonly Arrival[] {
  const keyed = arrivals.map((arrival) => ({ arrival, keys: composeKeys(arrival) }));
  const counts = new Map<string, number>();
  for (const { keys } of keyed) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keyed.filter(({ keys }) => keys.every((key) => counts.get(key) === 1)).map(({ arrival }) => arrival);
}

function composeKeys({ event }: Arrival): string[] {
  const { deliveryId, bodyDigest, repositoryId, pullRequest } = composeTrace(event);
  return [
    `delivery ${deliveryId}`,
    `body ${bodyDigest}`,
    ...(pullRequest === null ? [] : [`pull request ${repositoryId}/${pullRequest}`]),
  ];
}

/** By their delivery ids. There is nothing that they could repeat, come after, or take back. */
async function storeFirst(
  db: Db,
  arrivals: readonly Arrival[],
  locks: readonly CompiledQuery[],
): Promise<ReadonlyMap<string, StoredDelivery>> {
  const alone = selectAlone(arrivals);
  const rows = alone.map(({ event, origin, now }) => composeRow(event, origin, describeFirst(event), now));
  if (rows.length === 0) {
    for (const lock of locks) await db.executeQuery(lock);
    return new Map();
  }
  const holds = [...selectConnections(alone)].map((id) => selectAndHold(db, { id }));
  const inserted = await askInOrder(db, [...locks, ...holds], insertFirst(db, rows));
  const queued = new Set(rows.flatMap((row) => (row.status === 'pending' ? row.delivery_id : [])));
  return new Map(
    inserted.map(({ id, delivery_id }) => [
      delivery_id,
      { kind: 'stored', eventId: id, queued: queued.has(delivery_id) },
    ]),
  );
}

function describeFirst(event: NewEvent): Pick<EventTable, 'status' | 'reason'> {
  switch (event.effect) {
    case 'none':
      return { status: 'ignored', reason: event.reason };
    case 'withdraw':
      return CLOSED;
    case 'dispatch':
      return { status: 'pending', reason: null };
  }
}

/** Those that what is dispatched is for. */
function selectConnections(arrivals: readonly Arrival[]): ReadonlySet<number> {
  return new Set(
    arrivals.flatMap(({ event, origin }) => (event.effect === 'dispatch' ? (origin.connectionId ?? []) : [])),
  );
}
