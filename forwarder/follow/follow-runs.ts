// Dispatched events → their runs, and how those ended. One round asks GitHub once for each repository that has something
// open; nothing open, nothing asked.
import pMap from 'p-map';
import { findNewName } from '../dispatch/find-new-name.ts';
import { readInBackground, type BackgroundRead } from '../dispatch/read-in-background.ts';
import { splitName } from '../github/open-github.ts';
import type { Refusal } from '../github/read-refusal.ts';
import type { FollowedEvent } from '../inbox/event.ts';
import { explainMissingRun } from './explain-missing-run.ts';
import { endUnfollowed, followEvent, isMissing, type FollowEdges } from './follow-event.ts';
import { CLOCK_SKEW_MS, readRuns, type ReadRuns } from './read-runs.ts';

/** Repositories at a time. */
const CONCURRENCY = 8;
/** Nothing is open: the store is asked again, GitHub is not. */
const IDLE_MS = 5000;

/** Returns how long nothing is to be done. */
export async function followRuns(edges: FollowEdges, signal: AbortSignal): Promise<number> {
  const open = await edges.inbox.events.listFollowed();
  if (open.length === 0) return Math.min(IDLE_MS, edges.policy.everyMs);
  const byRepository = Map.groupBy(open, ({ repositoryId }) => repositoryId);
  await pMap(byRepository.values(), (events) => (signal.aborted ? undefined : followSafely(edges, events)), {
    concurrency: CONCURRENCY,
  });
  return edges.policy.everyMs;
}

/** What goes wrong with one repository is told, and the others go on. */
async function followSafely(edges: FollowEdges, events: readonly FollowedEvent[]): Promise<void> {
  const [first] = events;
  try {
    await followRepository(edges, events);
  } catch (error) {
    edges.log.error(
      { repo: first?.repo, err: error },
      'runs could not be followed; the next round tries again',
    );
  }
}

/** `newName`: known since this round began. */
async function followRepository(
  edges: FollowEdges,
  events: readonly FollowedEvent[],
  newName?: string,
): Promise<void> {
  const [oldest] = events;
  if (!oldest) return;
  const { access, governor } = edges;
  if (!access || !governor) {
    for (const event of events) await endUnfollowed(edges, event, NO_TOKEN);
    return;
  }
  const connection = await edges.inbox.connections.findByRepository(oldest.repositoryId);
  const fullName = newName ?? connection?.fullName ?? oldest.repo;
  const name = splitName(fullName);
  const since = new Date(Date.parse(oldest.dispatchedAt) - CLOCK_SKEW_MS);
  const background = { connections: edges.inbox.connections, access, governor, now: edges.now };
  const read = await readInBackground(background, name, connection, async ({ github }, requireSpare) => {
    const { reader } = edges;
    return { github, found: await readRuns({ reader, github, requireSpare }, name, events, since) };
  });
  const known = { repositoryId: oldest.repositoryId, fullName, connection };
  const newer = isLost(edges, events, read) ? await findNewName(background, known) : undefined;
  if (newer?.kind === 'moved') {
    await followRepository(edges, events, newer.fullName);
    return;
  }
  if (newer?.kind === 'unknown') {
    const message = `it is not known whether ${fullName} is still its name`;
    for (const event of events) await endUnfollowed(edges, event, { kind: 'unavailable', message });
    return;
  }
  switch (read.kind) {
    case 'read': {
      const { github, found } = read.value;
      const explain = once(() => explainMissingRun(github, name));
      for (const event of events) await followEvent(edges, explain, event, found);
      return;
    }
    case 'waits':
      for (const event of events) {
        await endUnfollowed(edges, event, { kind: 'unavailable', message: read.reason });
      }
      return;
    case 'refused':
      edges.log.warn({ repo: oldest.repo, refusal: read.refusal.kind }, 'runs cannot be read');
      for (const event of events) await endUnfollowed(edges, event, read.refusal);
  }
}

/** Another repository may have taken its name: that one shows its own runs, or nothing to this token. */
function isLost(
  edges: FollowEdges,
  events: readonly FollowedEvent[],
  read: BackgroundRead<{ readonly found: ReadRuns }>,
): boolean {
  if (read.kind !== 'read') return read.kind === 'refused' && read.refusal.kind === 'not_found';
  const { found } = read.value;
  return found.gone.size > 0 || events.some((event) => isMissing(edges, event, found));
}

const NO_TOKEN: Refusal = { kind: 'unavailable', message: 'there is no token to read with' };

/** One look serves every event of a repository. */
function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= work());
}
