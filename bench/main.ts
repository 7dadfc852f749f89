// `npm run bench [-- NAME]`: measures everything, or one thing, and writes bench/results.md when everything was measured.
import { answerTimes } from './figures/answer-times.ts';
import { coldStart } from './figures/cold-start.ts';
import { deliveries } from './figures/deliveries.ts';
import { diff } from './figures/diff.ts';
import { dispatches } from './figures/dispatches.ts';
import { memory } from './figures/memory.ts';
import { reviewTime } from './figures/review-time.ts';
import { storedEvents } from './figures/stored-events.ts';
import { tokens } from './figures/tokens.ts';
import { holds, type Benchmark } from './figure.ts';
import { describeRow } from './report.ts';

const BENCHMARKS: readonly Benchmark[] = [
  deliveries,
  answerTimes,
  storedEvents,
  dispatches,
  memory,
  coldStart,
  diff,
  tokens,
  reviewTime,
];

const [wanted] = process.argv.slice(2);
const chosen = BENCHMARKS.filter(({ name }) => wanted === undefined || name === wanted);
if (chosen.length === 0) {
  console.error(`npm run bench -- NAME, with one of: ${BENCHMARKS.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
for (const benchmark of chosen) {
  const startedAt = performance.now();
  console.log(benchmark.name);
  for (const row of await benchmark.run())
    console.log(`  ${holds(row) === false ? '✗' : '·'} ${describeRow(row)}`);
  console.log(`  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
}
