// Connected repositories → deliveries that GitHub made and the ledger does not have, taken in as if they had come: the
// forwarder was down, the tunnel dropped, or the store could not write. What the ledger has is left alone.
import pMap from 'p-map';
import type { Governor } from '../dispatch/governor.ts';
import { findNewName } from '../dispatch/find-new-name.ts';
import { readInBackground, type RequireSpare } from '../dispatch/read-in-background.ts';
import type { ConditionalReader } from '../github/conditional-reader.ts';
import type { GitHubAccess, RepositoryAccess } from '../github/github-access.ts';
import {
  listDeliveries,
  readDeliveryPayload,
  type HookDelivery,
  type HookName,
} from '../github/hook-deliveries.ts';
import { splitName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import type { Connection } from '../inbox/connection.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Metrics } from '../metrics/open-metrics.ts';
import type { Log } from '../open-log.ts';
import {
  parseEvent,
  parseRepository,
  type DispatchAction,
  payloadSchema,
  type Payload,
} from '../webhook/parse-event.ts';

export interface ReconcileEdges {
  readonly inbox: Inbox;
  readonly access: GitHubAccess;
  readonly governor: Governor;
  readonly reader: ConditionalReader;
  readonly metrics: Pick<Metrics, 'countReconciled'>;
  /** Of pull requests: what starts a review. */
  readonly pullRequestActions: readonly DispatchAction[];
  /** Something was stored that is to be dispatched. */
  readonly onQueued: () => void;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Reconciled {
  readonly repositories: number;
  /** Deliveries that were taken in. */
  readonly deliveries: number;
  /** `owner/name: why`, for each repository that could not be looked at. */
  readonly problems: readonly string[];
}

/** GitHub keeps deliveries for three days; two hours are left for the last of them to be read. */
const WINDOW_MS = 70 * 60 * 60_000;
/** Repositories at a time. */
const CONCURRENCY = 4;

export async function reconcileDeliveries(edges: ReconcileEdges, signal?: AbortSignal): Promise<Reconciled> {
  const connections = await edges.inbox.connections.list('connected');
  const problems: string[] = [];
  let deliveries = 0;
  await pMap(
    connections,
    async (connection) => {
      if (signal?.aborted) return;
      try {
        const problem = await reconcileConnection(edges, connection, signal, () => (deliveries += 1));
        if (problem === undefined) return;
        problems.push(`${connection.fullName}: ${problem}`);
        edges.log.warn({ repo: connection.fullName, reason: problem }, 'missed deliveries were not fetched');
      } catch (error) {
        problems.push(`${connection.fullName}: the log says what went wrong`);
        edges.log.error({ repo: connection.fullName, err: error }, 'missed deliveries could not be taken in');
      }
    },
    { concurrency: CONCURRENCY },
  );
  if (deliveries > 0) edges.log.info({ deliveries }, 'deliveries taken in that had not come');
  return { repositories: connections.length, deliveries, problems };
}

/** Returns what was in the way, if anything; `onTaken` is called for each delivery that was taken in. */
async function reconcileConnection(
  edges: ReconcileEdges,
  connection: Connection,
  signal: AbortSignal | undefined,
  onTaken: () => void,
): Promise<string | undefined> {
  const name = splitName(connection.fullName);
  const { hookId } = connection;
  if (hookId === null) return undefined;
  const { connections } = edges.inbox;
  const read = await readInBackground(
    { ...edges, connections },
    name,
    connection,
    async ({ github }, requireSpare) => {
      const source: Source = { github, requireSpare, hook: { ...name, hookId } };
      const since = new Date(edges.now().getTime() - WINDOW_MS);
      for (const delivery of await listMissing(edges, source, since)) {
        if (signal?.aborted) return;
        if (await takeIn(edges, source, connection, delivery)) onTaken();
      }
    },
  );
  switch (read.kind) {
    case 'read':
      return undefined;
    case 'waits':
      return read.reason;
    case 'refused': {
      if (read.refusal.kind === 'not_found') {
        const name = await findNewName({ ...edges, connections }, { ...connection, connection });
        if (name.kind === 'moved') {
          const renamed = { ...connection, fullName: name.fullName };
          return reconcileConnection(edges, renamed, signal, onTaken);
        }
      }
      return 'message' in read.refusal ? read.refusal.message : read.refusal.kind;
    }
  }
}

/** One webhook's deliveries on GitHub; each read of them first asks whether dispatches can spare it. */
interface Source {
  readonly github: RepositoryAccess['github'];
  readonly hook: HookName;
  readonly requireSpare: RequireSpare;
}

/**
 * Newest first, one of each GUID: its attempts and redeliveries have the same payload. What is newest is stored first, so
 * that what it took the place of is superseded at once and never dispatched.
 */
async function listMissing(
  { inbox, reader }: ReconcileEdges,
  { github, hook, requireSpare }: Source,
  since: Date,
): Promise<readonly HookDelivery[]> {
  const missing = new Map<string, HookDelivery>();
  for (let cursor: string | undefined; ;) {
    requireSpare();
    const page = await listDeliveries(reader, github, hook, cursor);
    const recent = page.deliveries.filter(({ delivered_at }) => delivered_at >= since);
    const unknown = new Set(await inbox.events.filterUnknown(recent.map(({ guid }) => guid)));
    for (const delivery of recent)
      if (unknown.has(delivery.guid) && !missing.has(delivery.guid)) missing.set(delivery.guid, delivery);
    cursor = page.cursor;
    if (cursor === undefined || recent.length < page.deliveries.length) break;
  }
  return [...missing.values()];
}

/** Undefined: GitHub has none of it, now and for ever. One such delivery must not keep back those behind it. */
async function readPayload(
  { reader, now }: ReconcileEdges,
  { github, hook, requireSpare }: Source,
  id: string,
): Promise<Payload> {
  await reader.takeTurn();
  requireSpare();
  try {
    return payloadSchema.safeParse(await readDeliveryPayload(github, hook, id)).data;
  } catch (error) {
    const { kind } = readRefusal(error, now());
    if (kind === 'not_found' || kind === 'gone' || kind === 'invalid') return undefined;
    throw error;
  }
}

/** False: it was none of this repository, or the ledger has it under another id. */
async function takeIn(
  edges: ReconcileEdges,
  source: Source,
  { id: connectionId, repositoryId, fullName }: Connection,
  { id, guid, event: name }: HookDelivery,
): Promise<boolean> {
  const { inbox, log, now } = edges;
  const payload = await readPayload(edges, source, id);
  const repository = parseRepository(payload);
  // The webhook is this repository's; a payload of another one is no delivery of it.
  if (!payload || (repository !== undefined && repository.id !== repositoryId)) {
    log.warn(
      { repo: fullName, delivery_id: guid },
      'a delivery has no payload of its repository: left alone',
    );
    await inbox.events.rememberReconciled(guid, now());
    return false;
  }
  // The bytes that were signed are gone; those that they parse to stand for them.
  const body = Buffer.from(JSON.stringify(payload));
  const event = parseEvent(body, payload, { event: name, deliveryId: guid }, edges.pullRequestActions);
  const stored = await inbox.events.store(event, { connectionId, isFetched: true }, now());
  if (stored.kind === 'duplicate') await inbox.events.rememberReconciled(guid, now());
  else edges.metrics.countReconciled();
  const fields = { event_id: stored.eventId, event_type: event.eventType, delivery_id: guid, repo: fullName };
  log.info({ ...fields, known: stored.kind === 'duplicate' }, 'reconciled');
  if (stored.kind === 'stored' && stored.queued) edges.onQueued();
  return stored.kind === 'stored';
}
