// Findings → `1 critical, 2 minor`.
import { SEVERITIES, type Severity } from '../findings/finding.ts';

/** Worst first; `no problems` for an empty list. */
export function countSeverities(findings: readonly { readonly severity: Severity }[]): string {
  const counted = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [`${count} ${severity}`] : [];
  });
  return counted.length === 0 ? 'no problems' : counted.join(', ');
}
