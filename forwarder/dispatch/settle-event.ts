// What came of an attempt → the event's next state in the store: dispatched, failed, or pending until its time. What only a
// person can mend pauses the connections it stands for, so that no other event runs into it.
import type { ClaimedEvent } from '../inbox/event.ts';
import type { ConnectionStore, EventStore, RetryPlan } from '../inbox/inbox.ts';
import type { Metrics } from '../metrics/open-metrics.ts';
import type { Log } from '../open-log.ts';
import type { DispatchOutcome } from './dispatch-event.ts';
import type { Governor } from './governor.ts';
import { computeBackoffMs, computeRateLimitWaitMs, type RetryPolicy } from './plan-retry.ts';

export interface SettleEdges {
  readonly events: EventStore;
  readonly connections: ConnectionStore;
  readonly governor: Governor | undefined;
  readonly owner: string;
  /** What calls are made with, and so what a refusal is of. */
  readonly credentialsKey: string;
  readonly policy: RetryPolicy;
  readonly metrics: Pick<Metrics, 'countDispatch'>;
  readonly log: Log;
  readonly now: () => Date;
  /** 0 to 1. */
  readonly random: () => number;
}

export async function settleEvent(
  edges: SettleEdges,
  event: ClaimedEvent,
  outcome: DispatchOutcome,
): Promise<void> {
  const held = await writeOutcome(edges, event, outcome);
  const latencyMs = edges.now().getTime() - new Date(event.queuedAt).getTime();
  edges.metrics.countDispatch(outcome.kind, outcome.kind === 'dispatched' ? latencyMs : undefined);
  const { id: event_id, deliveryId: delivery_id, repo, pullRequest: pull_request } = event;
  const fields = { event_id, delivery_id, repo, pull_request, attempt: event.attempts };
  if (outcome.kind === 'dispatched') edges.log.info(fields, 'dispatched');
  else if (outcome.kind === 'held_back') edges.log.info({ ...fields, until: outcome.until }, 'held back');
  else edges.log.warn({ ...fields, outcome: outcome.kind, reason: outcome.reason }, 'not dispatched');
  if (!held) edges.log.warn(fields, 'the lease had ended: another dispatcher has this event');
}

async function writeOutcome(
  edges: SettleEdges,
  event: ClaimedEvent,
  outcome: DispatchOutcome,
): Promise<boolean> {
  const { events, owner, policy, now, random } = edges;
  switch (outcome.kind) {
    case 'dispatched': {
      const held = await events.dispatched(event.id, owner, now());
      await resume(edges, event, outcome.tokenKey);
      return held;
    }
    case 'failed':
      return events.fail(event.id, owner, outcome.reason, now());
    case 'rate_limited': {
      const until = after(now(), computeRateLimitWaitMs(policy, outcome.waitMs, event.attempts));
      await edges.governor?.block(outcome.tokenKey, until);
      const reason = `${outcome.reason}: GitHub asks to wait until ${until.toISOString()}`;
      return waitFor(edges, event, { reason, nextAttemptAt: until, counts: false });
    }
    case 'held_back':
      return waitFor(edges, event, {
        reason: outcome.reason,
        nextAttemptAt: outcome.until,
        counts: false,
        isUncalled: true,
      });
    case 'token_rejected':
    case 'forbidden':
      return pause(edges, event, outcome);
    case 'unavailable': {
      const waitMs = computeBackoffMs(policy, event.failures, random());
      return tryAgain(edges, event, outcome.reason, waitMs);
    }
  }
}

/** What worked for one repository ends the pauses that were for the same cause. */
async function resume(
  { connections, log }: SettleEdges,
  event: ClaimedEvent,
  tokenKey: string,
): Promise<void> {
  const connection = await connections.findByRepository(event.repositoryId);
  if (!connection || (connection.tokenKey === tokenKey && connection.pausedUntil === null)) return;
  await connections.resume(event.repositoryId, tokenKey);
  if (connection.pausedUntil !== null) log.info({ repo: event.repo }, 'GitHub takes dispatches again');
}

async function pause(
  edges: SettleEdges,
  event: ClaimedEvent,
  outcome: Extract<DispatchOutcome, { kind: 'token_rejected' | 'forbidden' }>,
): Promise<boolean> {
  const until = after(edges.now(), edges.policy.tokenWaitMs);
  const { reason } = outcome;
  const { credentialsKey } = edges;
  const stop = { until, reason, credentialsKey };
  const tokenKey = outcome.kind === 'token_rejected' ? outcome.tokenKey : undefined;
  // At once, and also for events that have no connection to pause: each would be one more bad login.
  if (tokenKey !== undefined) edges.governor?.hold(tokenKey, until);
  await edges.connections.pause({ repositoryId: event.repositoryId }, stop);
  if (tokenKey !== undefined) await edges.connections.pause({ tokenKey }, stop);
  return waitFor(edges, event, { reason, nextAttemptAt: until, counts: false, waitKey: credentialsKey });
}

function tryAgain(
  { events, owner, policy, now }: SettleEdges,
  event: ClaimedEvent,
  reason: string,
  waitMs: number,
): Promise<boolean> {
  if (event.failures + 1 >= policy.maxFailures) {
    return events.fail(event.id, owner, `${reason} (given up after ${event.failures + 1} tries)`, now());
  }
  const plan = { reason, nextAttemptAt: after(now(), waitMs), counts: true };
  return events.retry(event.id, owner, plan, now());
}

/** Waiting is no failure, so it ends with the event's age. */
function waitFor({ events, owner, policy, now }: SettleEdges, event: ClaimedEvent, plan: RetryPlan) {
  const oldest = after(new Date(event.queuedAt), policy.maxAgeMs);
  if (plan.nextAttemptAt <= oldest) return events.retry(event.id, owner, plan, now());
  const reason = `${plan.reason}: still so after ${policy.maxAgeMs / 3_600_000} h`;
  return events.fail(event.id, owner, reason, now());
}

function after(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
