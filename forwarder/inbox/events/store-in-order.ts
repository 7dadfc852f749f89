// One verified delivery → stored: at once where it can be the first of its kind, and else after a closer look. Nothing of a pull request
// passes what came before it: of two events of one second, the last to come is the newer.
import type { NewEvent } from '../event.ts';
import type { StoredDelivery } from '../inbox.ts';
import { composeTrace } from './compose-trace.ts';
import type { Arrival } from './store-event.ts';

export interface Stores {
  /** Undefined: it is not stored, and needs a closer look. */
  readonly first: (arrival: Arrival) => Promise<StoredDelivery | undefined>;
  readonly other: (arrival: Arrival) => Promise<StoredDelivery>;
}

export function storeInOrder({ first, other }: Stores): (arrival: Arrival) => Promise<StoredDelivery> {
  const asking = new Map<string, Promise<void>>();
  return async (arrival) => {
    const key = composeKey(arrival.event);
    const ahead = asking.get(key);
    if (ahead) await ahead;
    if (ahead || !mayBeFirst(arrival.event)) return other(arrival);
    const asked = Promise.withResolvers<void>();
    asking.set(key, asked.promise);
    let going: Promise<StoredDelivery>;
    try {
      const stored = await first(arrival);
      going = stored ? Promise.resolve(stored) : other(arrival);
    } finally {
      // Whoever waits goes on behind it.
      asking.delete(key);
      asked.resolve();
    }
    return going;
  };
}

/** Whether it is worth the try: of a pull request that was pushed to, closed or reopened something is stored, nearly always. */
function mayBeFirst(event: NewEvent): boolean {
  return event.action === 'opened' || composeTrace(event).pullRequest === null;
}

/** What it is about: a pull request, or nothing but itself. */
function composeKey(event: NewEvent): string {
  const { deliveryId, repositoryId, pullRequest } = composeTrace(event);
  return pullRequest === null ? deliveryId : `${repositoryId}/${pullRequest}`;
}
