// All that is measured, in the order of the table.
import type { Benchmark } from './figure.ts';
import { answerTimes } from './figures/answer-times.ts';
import { coldStart } from './figures/cold-start.ts';
import { deliveries } from './figures/deliveries.ts';
import { diff } from './figures/diff.ts';
import { dispatches } from './figures/dispatches.ts';
import { growth } from './figures/growth.ts';
import { memory } from './figures/memory.ts';
import { postgres } from './figures/postgres.ts';
import { reviewTime } from './figures/review-time.ts';
import { sizes } from './figures/sizes.ts';
import { storedEvents } from './figures/stored-events.ts';
import { tokens } from './figures/tokens.ts';

export const BENCHMARKS: readonly Benchmark[] = [
  deliveries,
  answerTimes,
  postgres,
  storedEvents,
  dispatches,
  memory,
  coldStart,
  reviewTime,
  growth,
  diff,
  tokens,
  sizes,
];
