// Findings of all batches → placed findings: each once, worst first. What comes in goes out or is counted as a
// duplicate; nothing is dropped.
import type { ChangedFile } from '../diff/changed-file.ts';
import { SEVERITIES, type Finding } from './finding.ts';
import { placeFinding, type Placement } from './place-finding.ts';

export interface PlacedFinding {
  readonly finding: Finding;
  readonly placement: Placement;
}

export interface PlacedFindings {
  /** Worst severity first, then by path and line. */
  readonly placed: readonly PlacedFinding[];
  /** How many said the same about the same place as one that was kept. */
  readonly duplicates: number;
}

export function placeFindings(findings: readonly Finding[], files: readonly ChangedFile[]): PlacedFindings {
  const byKey = new Map<string, PlacedFinding>();
  for (const finding of findings) {
    const placed = { finding, placement: placeFinding(finding, files) };
    // Without a line, only the quote tells one place from another.
    const quote = placed.placement.kind === 'line' ? '' : finding.quote.trim();
    const key = JSON.stringify([placed.placement, finding.path, quote, finding.title.toLowerCase()]);
    const known = byKey.get(key);
    if (!known || rank(finding) < rank(known.finding)) byKey.set(key, placed);
  }
  const placed = [...byKey.values()].sort(
    (a, b) =>
      rank(a.finding) - rank(b.finding) ||
      compareText(a.finding.path, b.finding.path) ||
      a.finding.line - b.finding.line,
  );
  return { placed, duplicates: findings.length - placed.length };
}

function rank(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}

/** By code unit, so that the order is the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
