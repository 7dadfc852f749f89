// `npm run bench [-- NAME…]`: measures everything, or what is named. Everything together is written to bench/results.md.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { holds, type Benchmark, type Row } from './figure.ts';
import { installPeers } from './install-peers.ts';
import { composeResults, describeRow } from './report.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

async function measure(benchmark: Benchmark): Promise<readonly Row[]> {
  const startedAt = performance.now();
  console.log(benchmark.name);
  const rows = await benchmark.run();
  for (const row of rows) console.log(`  ${holds(row) === false ? '✗' : '·'} ${describeRow(row)}`);
  console.log(`  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
  return rows;
}

installPeers();
const { BENCHMARKS } = await import('./benchmarks.ts');
const wanted = process.argv.slice(2);
const names = BENCHMARKS.map(({ name }) => name);
if (wanted.some((name) => !names.includes(name))) {
  console.error(`npm run bench -- NAME…, with any of: ${names.join(', ')}`);
  process.exit(1);
}
const chosen = BENCHMARKS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const rows: Row[] = [];
for (const benchmark of chosen) rows.push(...(await measure(benchmark)));
if (wanted.length === 0) writeFileSync(`${FOLDER}results.md`, composeResults(rows, new Date()));
