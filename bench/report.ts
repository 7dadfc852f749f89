// Rows → the line of a terminal, and the table of results.md.
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { formatRatio } from './format.ts';
import { holds, type Row } from './figure.ts';

export function describeRow(row: Row): string {
  const { what, beside, ours, theirs } = row;
  const other = beside === '' ? '' : ` beside ${theirs} (${beside})`;
  return `${what}: ${ours}${other}${describeRatio(row)}`;
}

/** The page that a run of everything leaves. */
export function composeResults(rows: readonly Row[], at: Date): string {
  const [{ model } = { model: 'an unknown processor' }] = cpus();
  const machine = `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${platform()} ${release()} ${arch()}`;
  const versions = `Node ${process.versions.node}, V8 ${process.versions.v8}`;
  return [
    '# Results',
    `Measured on ${at.toISOString().slice(0, 10)} with \`npm run bench\`: ${machine}; ${versions}. All on loopback of one machine: what makes the load shares its cores. Ratios are medians over the rounds, with the least and the most.`,
    composeTable(rows),
    '',
  ].join('\n\n');
}

export function composeTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, beside, ours, theirs, ratio } = row;
    const measured = ratio
      ? `**${formatRatio(ratio.median)}** (${formatRatio(ratio.least)} – ${formatRatio(ratio.most)})`
      : '';
    return `| ${what} | ${ours} | ${beside} | ${theirs} | ${measured} | ${describeBound(row)} |`;
  });
  return [
    '| what | Nectr | beside | theirs | ratio | bound |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function describeRatio(row: Row): string {
  const { ratio } = row;
  if (!ratio) return '';
  const bound = describeBound(row);
  return `: ${formatRatio(ratio.median)} (${formatRatio(ratio.least)} – ${formatRatio(ratio.most)})${bound === '' ? '' : `, ${bound}`}`;
}

function describeBound(row: Row): string {
  const { bound } = row;
  if (!bound) return '';
  return `${bound.kind} ${bound.value}${bound.unit === undefined ? '' : ` ${bound.unit}`}${holds(row) === false ? ' ✗' : ' ✓'}`;
}
