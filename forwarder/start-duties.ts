// What goes on besides deliveries and dispatches, on one replica at a time: runs are followed, missed deliveries fetched,
// interrupted connections mended. Without a token all that can be done is to end what has been open for a day.
import type { ConnectEdges } from './connections/call-github.ts';
import { mendConnections } from './connections/mend-connections.ts';
import { FOLLOW_POLICY, type FollowPolicy } from './follow/follow-policy.ts';
import { followRuns } from './follow/follow-runs.ts';
import type { Metrics } from './metrics/open-metrics.ts';
import { reconcileDeliveries, type Reconciled } from './reconcile/reconcile-deliveries.ts';
import type { DispatchAction } from './webhook/parse-event.ts';
import { startDuty, type Duty } from './start-duty.ts';

export interface DutiesOptions {
  readonly connect: ConnectEdges;
  readonly metrics: Metrics;
  readonly pullRequestActions: readonly DispatchAction[];
  readonly followPolicy?: FollowPolicy;
  readonly reconcileEveryMs?: number;
  readonly onQueued: () => void;
}

export interface Duties {
  /** Undefined: there is no token to fetch with. */
  readonly reconcile: (() => Promise<Reconciled>) | undefined;
  stop(): Promise<void>;
}

const RECONCILE_EVERY_MS = 10 * 60_000;

export function startDuties(options: DutiesOptions): Duties {
  const { connect, metrics, pullRequestActions, followPolicy: policy = FOLLOW_POLICY, onQueued } = options;
  const { access, governor, inbox, reader, log, now } = connect;
  const follower: Duty = startDuty({
    // Not the same duty: who has no token must not keep it from who has one.
    name: access ? 'follow runs' : 'end what is not followed',
    lead: inbox.lead,
    log,
    work: (signal) => followRuns({ inbox, access, governor, reader, policy, log, now }, signal),
  });
  if (!access || !governor) {
    return { reconcile: undefined, stop: () => follower.stop() };
  }
  const { reconcileEveryMs = RECONCILE_EVERY_MS } = options;
  const reconcile = (signal?: AbortSignal): Promise<Reconciled> =>
    reconcileDeliveries(
      { inbox, access, governor, reader, metrics, pullRequestActions, onQueued, log, now },
      signal,
    );
  const reconciler: Duty = startDuty({
    name: 'reconcile deliveries',
    lead: inbox.lead,
    log,
    work: async (signal) => {
      await mendConnections(connect);
      await reconcile(signal);
      return reconcileEveryMs;
    },
  });
  inbox.onDoubt(() => reconciler.wake());
  return {
    reconcile: () => reconcile(),
    stop: async () => {
      await Promise.all([follower.stop(), reconciler.stop()]);
    },
  };
}
