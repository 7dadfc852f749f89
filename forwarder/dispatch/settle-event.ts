// What came of an attempt → the event's next state in the store: completed, failed, or pending until its time.
import type { ClaimedEvent } from '../inbox/event.ts';
import type { EventStore } from '../inbox/inbox.ts';
import type { Metrics } from '../metrics/open-metrics.ts';
import type { Log } from '../open-log.ts';
import type { DispatchOutcome } from './dispatch-event.ts';
import { computeBackoffMs, computeRateLimitWaitMs, type RetryPolicy } from './plan-retry.ts';

export interface SettleEdges {
  readonly events: EventStore;
  readonly owner: string;
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
  else edges.log.warn({ ...fields, outcome: outcome.kind, reason: outcome.reason }, 'not dispatched');
  if (!held) edges.log.warn(fields, 'the lease had ended: another dispatcher has this event');
}

function writeOutcome(edges: SettleEdges, event: ClaimedEvent, outcome: DispatchOutcome): Promise<boolean> {
  const { events, owner, policy, now, random } = edges;
  switch (outcome.kind) {
    case 'dispatched':
      return events.complete(event.id, owner, now());
    case 'failed':
      return events.fail(event.id, owner, outcome.reason, now());
    case 'rate_limited':
      return waitOut(edges, event, outcome);
    case 'token_rejected':
      return tryAgain(edges, event, outcome.reason, policy.tokenWaitMs);
    case 'unavailable':
      return tryAgain(edges, event, outcome.reason, computeBackoffMs(policy, event.failures, random()));
  }
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
  const nextAttemptAt = new Date(now().getTime() + waitMs);
  return events.retry(event.id, owner, { reason, nextAttemptAt, counts: true });
}

function waitOut(
  { events, owner, policy, now }: SettleEdges,
  event: ClaimedEvent,
  { reason, waitMs }: Extract<DispatchOutcome, { kind: 'rate_limited' }>,
): Promise<boolean> {
  const oldestMs = new Date(event.queuedAt).getTime() + policy.maxAgeMs;
  const nextMs = now().getTime() + computeRateLimitWaitMs(policy, waitMs, event.attempts);
  if (nextMs > oldestMs) {
    return events.fail(event.id, owner, `${reason}: still so after ${policy.maxAgeMs / 3_600_000} h`, now());
  }
  const at = new Date(nextMs);
  return events.retry(event.id, owner, {
    reason: `${reason}: GitHub asks to wait until ${at.toISOString()}`,
    nextAttemptAt: at,
    counts: false,
  });
}
