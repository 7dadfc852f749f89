// Every failed event, of one repository or of all → dispatched again, the newest of each pull request only. Batch by batch:
// deliveries are stored in between.
import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { EventStore } from '../inbox/inbox.ts';

/** Returns the ids of what was queued, and how many stay as they are: a newer event of their pull request stands for them. */
export async function redeliverFailed(
  events: Pick<EventStore, 'requeueFailed'>,
  repositoryId: number | undefined,
  now: Date,
): Promise<{ readonly queued: readonly number[]; readonly refused: number }> {
  const queued: number[] = [];
  let refused = 0;
  let beforeId: number | undefined;
  do {
    const batch = await events.requeueFailed({ repositoryId, beforeId }, now);
    queued.push(...batch.queued);
    refused += batch.refused;
    beforeId = batch.nextBeforeId;
    await yieldTurn();
  } while (beforeId !== undefined);
  return { queued, refused };
}
