// Findings of all batches → placed findings: each once, worst first. What comes in goes out or is counted as a
// duplicate; nothing is dropped.
import type { ChangedFile } from '../diff/changed-file.ts';
import { showHidden } from '../prompts/quote-text.ts';
import { rankSeverity, type Finding } from './finding.ts';
import { fingerprint } from './fingerprint.ts';
import { meansTheSame } from './mean-the-same.ts';
import { placeFinding, type Placement } from './place-finding.ts';

export interface PlacedFinding {
  /** `F1`, `F2`…: by which it is spoken of within one run. */
  readonly id: string;
  /** The same for the same problem on another day, wherever its lines have moved. */
  readonly fingerprint: string;
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
  // A path with characters that are not seen comes back as it was shown.
  const byPath = new Map(
    files.flatMap((file) => [[showHidden(file.path), file] as const, [file.path, file] as const]),
  );
  const sorted = findings
    .map((said) => {
      const file = byPath.get(said.path);
      const finding = file ? { ...said, path: file.path } : said;
      return { finding, placement: placeFinding(finding, file) };
    })
    .sort((a, b) => compareFindings(a.finding, b.finding));
  const kept: typeof sorted = [];
  // The worst comes first, and so it is the one that is kept.
  for (const placed of sorted) if (!kept.some((other) => meansTheSame(other, placed))) kept.push(placed);
  return {
    placed: kept.map((placed, at) => ({
      ...placed,
      id: `F${at + 1}`,
      fingerprint: fingerprint(placed.finding),
    })),
    duplicates: findings.length - kept.length,
  };
}

export function compareFindings(a: Finding, b: Finding): number {
  return (
    rankSeverity(a.severity) - rankSeverity(b.severity) || compareText(a.path, b.path) || a.line - b.line
  );
}

/** By code unit, so that the order is the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
