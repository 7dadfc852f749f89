// Verified deliveries that came together → what is stored of each, inside one transaction. Most are the first of their pull
// request and known by nothing: they are stored in three statements, however many they are. All others go one by one.
import { holdConnection, WITHDRAWN } from '../connections/hold-connection.ts';
import type { NewEvent, Origin } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import type { Db, EventTable } from '../tables.ts';
import { composeTrace, findTraced } from './find-traced.ts';
import { composeRow, insertEvents } from './insert-events.ts';
import { CLOSED, storeEvent } from './store-event.ts';

export interface Arrival {
  readonly event: NewEvent;
  readonly origin: Origin;
  readonly now: Date;
}

/** In the order of the arrivals. */
export async function storeEvents(db: Db, arrivals: readonly Arrival[]): Promise<StoredDelivery[]> {
  const traced = await findTraced(
    db,
    arrivals.map(({ event }) => event),
  );
  const alone = selectAlone(arrivals);
  const first = arrivals.filter((arrival) => alone.has(arrival) && !traced.has(arrival.event.deliveryId));
  const stored = await storeFirst(db, first);
  const results: StoredDelivery[] = [];
  for (const arrival of arrivals) {
    const { event, origin, now } = arrival;
    results.push(stored.get(arrival) ?? (await storeEvent(db, event, origin, now)));
  }
  return results;
}

/** Those that share nothing with another one that came with them. */
function selectAlone(arrivals: readonly Arrival[]): ReadonlySet<Arrival> {
  const keyed = arrivals.map((arrival) => ({ arrival, keys: composeKeys(arrival) }));
  const counts = new Map<string, number>();
  for (const { keys } of keyed) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return new Set(
    keyed.filter(({ keys }) => keys.every((key) => counts.get(key) === 1)).map(({ arrival }) => arrival),
  );
}

function composeKeys({ event }: Arrival): string[] {
  const { deliveryId, bodyDigest, repositoryId, pullRequest } = composeTrace(event);
  return [
    `delivery ${deliveryId}`,
    `body ${bodyDigest}`,
    ...(pullRequest === null ? [] : [`pull request ${repositoryId}/${pullRequest}`]),
  ];
}

/** There is nothing that they could repeat, come after, or take back. */
async function storeFirst(
  db: Db,
  arrivals: readonly Arrival[],
): Promise<ReadonlyMap<Arrival, StoredDelivery>> {
  const held = new Map<number | undefined, boolean>([[undefined, true]]);
  for (const { event, origin } of arrivals) {
    const id = origin.connectionId;
    if (event.effect === 'dispatch' && id !== undefined && !held.has(id)) {
      held.set(id, await holdConnection(db, id));
    }
  }
  const rows = arrivals.map(({ event, origin, now }) => {
    const isHeld = held.get(origin.connectionId) === true;
    return composeRow(event, origin, describeFirst(event, isHeld), now);
  });
  const ids = await insertEvents(db, rows);
  return new Map(
    arrivals.map((arrival, at) => [
      arrival,
      { kind: 'stored', eventId: ids[at] as number, queued: rows[at]?.status === 'pending' },
    ]),
  );
}

/** `isHeld`: not so when its repository was disconnected after it was verified, or fetched. */
function describeFirst(event: NewEvent, isHeld: boolean): Pick<EventTable, 'status' | 'reason'> {
  switch (event.effect) {
    case 'none':
      return { status: 'ignored', reason: event.reason };
    case 'withdraw':
      return CLOSED;
    case 'dispatch':
      return isHeld ? { status: 'pending', reason: null } : { status: 'superseded', reason: WITHDRAWN };
  }
}
