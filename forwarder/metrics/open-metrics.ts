// What the service did and how it stands, as Prometheus reads it. No label names a repository: the page is open to all.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { EVENT_STATUSES } from '../inbox/event.ts';
import type { EventStore } from '../inbox/inbox.ts';
import { keepMeasures } from './keep-measures.ts';

export interface Metrics {
  /** `received`, `duplicate_skipped`, `ignored`, or the code of a refusal. */
  countDelivery(answer: string): void;
  /** One attempt at a dispatch: `dispatched`, `failed`, `unavailable`, …; `latencyMs` from the event's arrival. */
  countDispatch(outcome: string, latencyMs: number | undefined): void;
  /** A delivery was fetched that had not come. */
  countReconciled(): void;
  /** The page, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

export interface MetricsOptions {
  readonly events: Pick<EventStore, 'measure'>;
  /** The least that any token has left of its hour; undefined while nothing is known. */
  readonly readRateBudget: () => number | undefined;
  readonly now: () => Date;
}

export function openMetrics({ events, readRateBudget, now }: MetricsOptions): Metrics {
  const measure = keepMeasures(() => events.measure());
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  /** What the store says: left out while it says nothing, when all else is needed most. */
  const stores = new Registry();
  const deliveries = new Counter({
    name: 'nectr_deliveries_total',
    help: 'Webhook deliveries by how they were answered',
    labelNames: ['answer'],
    registers,
  });
  const attempts = new Counter({
    name: 'nectr_dispatch_attempts_total',
    help: 'Calls of repository_dispatch by their outcome',
    labelNames: ['outcome'],
    registers,
  });
  const latency = new Histogram({
    name: 'nectr_dispatch_latency_seconds',
    help: 'From the arrival of an event to the dispatch that GitHub took',
    buckets: LATENCY_SECONDS,
    registers,
  });
  const stored = new Gauge({
    name: 'nectr_events',
    help: 'Stored events by status',
    labelNames: ['status'],
    registers: [stores],
  });
  const age = new Gauge({
    name: 'nectr_oldest_open_event_age_seconds',
    help: 'How long the oldest event has been waiting; 0 when none is',
    registers: [stores],
  });
  const isUp = new Gauge({
    name: 'nectr_database_up',
    help: '1 when the events could be counted, 0 when the database did not answer',
    registers,
  });
  const reconciled = new Counter({
    name: 'nectr_reconciled_total',
    help: 'Deliveries that had not come and were fetched from GitHub',
    registers,
  });
  const budget = new Gauge({
    name: 'nectr_github_rate_limit_remaining',
    help: 'Requests to GitHub that the token with the fewest has left in this hour; absent while unknown',
    // A label makes a gauge that was never set disappear from the page: unknown is not 0.
    labelNames: ['resource'],
    registers,
  });
  return {
    countReconciled: () => reconciled.inc(),
    countDelivery: (answer) => deliveries.inc({ answer }),
    countDispatch: (outcome, latencyMs) => {
      attempts.inc({ outcome });
      if (latencyMs !== undefined) latency.observe(latencyMs / 1000);
    },
    render: async () => {
      const measures = await measure().catch(() => undefined); // `/readyz` logs why
      isUp.set(measures ? 1 : 0);
      if (measures) {
        const { counts, oldestOpenAt } = measures;
        for (const status of EVENT_STATUSES) stored.set({ status }, counts.get(status) ?? 0);
        age.set(oldestOpenAt ? Math.max(0, now().getTime() - oldestOpenAt.getTime()) / 1000 : 0);
      }
      const left = readRateBudget();
      if (left === undefined) budget.remove('core');
      else budget.set({ resource: 'core' }, left);
      const shown = measures ? Registry.merge([registry, stores]) : registry;
      return { contentType: registry.contentType, text: await shown.metrics() };
    },
  };
}
