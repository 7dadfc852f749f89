// Rows → the line of a terminal, and the table of results.md.
import { formatRatio } from './format.ts';
import { holds, type Row } from './figure.ts';

export function describeRow(row: Row): string {
  const { what, beside, ours, theirs } = row;
  return `${what}: ${ours} beside ${theirs} (${beside})${describeRatio(row)}`;
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
