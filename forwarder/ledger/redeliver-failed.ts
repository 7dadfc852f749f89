// Every failed event, of one repository or of all → dispatched again, the newest of each pull request only.
import type { StoredEvent } from '../inbox/event.ts';
import type { EventStore } from '../inbox/inbox.ts';

const PAGE = 100;

/** Returns what was queued, and how many stay as they are: a newer event of their pull request stands for them. */
export async function redeliverFailed(
  events: Pick<EventStore, 'list' | 'requeue'>,
  repositoryId: number | undefined,
  now: Date,
): Promise<{ readonly queued: readonly StoredEvent[]; readonly refused: number }> {
  const queued: StoredEvent[] = [];
  let refused = 0;
  let beforeId: number | undefined;
  for (;;) {
    const page = await events.list({ repositoryId, status: 'failed', beforeId, limit: PAGE });
    for (const { id } of page) {
      const requeued = await events.requeue(id, now);
      if (requeued.kind === 'queued') queued.push(requeued.event);
      else refused += 1;
    }
    beforeId = page.at(-1)?.id;
    if (page.length < PAGE) return { queued, refused };
  }
}
