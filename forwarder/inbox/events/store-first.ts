// Verified deliveries that came together → those that are the first of their kind stored, all in one statement: nothing is stored of the
// same delivery, of the same bytes, or of the pull request, so there is nothing that they could repeat, come after, or take back.
import type { CompiledQuery } from 'kysely';
import { selectAndHold } from '../connections/hold-connection.ts';
import type { NewEvent } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import type { Db, EventTable } from '../tables.ts';
import { composeRow } from './compose-row.ts';
import { composeTrace } from './compose-trace.ts';
import { insertFirst } from './insert-events.ts';
import { CLOSED, type Arrival } from './store-event.ts';

/** Runs queries in their order and one transaction, and returns the rows of the last. */
export type AskAtOnce = <Row>(
  before: readonly CompiledQuery[],
  last: CompiledQuery<Row>,
) => Promise<readonly Row[]>;

/**
 * In the order of the arrivals; undefined: that one is not stored, and needs a closer look.
 * `composeLocks`: what keeps everybody else from deciding about their pull requests meanwhile.
 */
export async function storeFirst(
  db: Db,
  askAtOnce: AskAtOnce,
  composeLocks: (arrivals: readonly Arrival[]) => readonly CompiledQuery[],
  arrivals: readonly Arrival[],
): Promise<readonly (StoredDelivery | undefined)[]> {
  const alone = selectAlone(arrivals);
  if (alone.length === 0) return arrivals.map(() => undefined);
  const rows = alone.map(({ event, origin, now }) => composeRow(event, origin, describeFirst(event), now));
  const connections = [...selectConnections(alone)].map((id) => ({ id }));
  const holds = connections.length > 0 ? [selectAndHold(db, connections)] : [];
  const inserted = await askAtOnce([...composeLocks(alone), ...holds], insertFirst(db, rows));
  const ids = new Map(inserted.map(({ id, delivery_id }) => [delivery_id, id]));
  return arrivals.map(({ event }) => {
    const eventId = ids.get(event.deliveryId);
    return eventId === undefined
      ? undefined
      : { kind: 'stored', eventId, queued: event.effect === 'dispatch' };
  });
}

/** Those that share nothing with another one that came with them: one insert of both would be refused, and then each is asked alone. */
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

/** Of what is to be dispatched. */
function selectConnections(arrivals: readonly Arrival[]): ReadonlySet<number> {
  return new Set(
    arrivals.flatMap(({ event, origin }) => (event.effect === 'dispatch' ? (origin.connectionId ?? []) : [])),
  );
}
