// Repository, by its id → what came last, and how the last run ended, as the ledger has it.
import type { StoredEvent } from '../inbox/event.ts';
import type { EventStore } from '../inbox/inbox.ts';
import { tellOf, type Check } from './check.ts';

/** Events that are looked through for one that was dispatched. */
const LATEST = 50;

export async function examineLedger(
  events: Pick<EventStore, 'list'>,
  repositoryId: number,
): Promise<readonly Check[]> {
  const latest = await events.list({ repositoryId, status: undefined, beforeId: undefined, limit: LATEST });
  const dispatched = latest.find(({ dispatchedAt }) => dispatchedAt !== null);
  return [tellDelivery(latest[0]), tellRun(dispatched)];
}

function tellDelivery(event: StoredEvent | undefined): Check {
  const tell = tellOf('last_delivery');
  if (!event) return tell('warning', 'No delivery has come yet: open a pull request.');
  return tell('ok', `${event.eventType} came at ${event.receivedAt} (event ${event.id}).`);
}

function tellRun(event: StoredEvent | undefined): Check {
  const tell = tellOf('last_run');
  if (!event) return tell('warning', 'Nothing was dispatched yet: open a pull request.');
  const { id, status, reason, runUrl } = event;
  if (status === 'failed') return tell('problem', `Event ${id} failed: ${reason ?? 'no reason is known'}`);
  return tell('ok', `Event ${id} is ${status}: ${runUrl ?? 'no run is known yet'}`);
}
