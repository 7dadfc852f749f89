// Findings → where each is told: on its lines, folded into the text under its file, or in the text alone. Every one goes to
// exactly one place.
import { rankSeverity } from '../findings/finding.ts';
import type { ResultFinding, ReviewResult } from './result.ts';

type Sortable = Pick<ReviewResult, 'findings' | 'minimum_severity' | 'max_comments'>;

export interface SortedFindings {
  readonly inline: readonly ResultFinding[];
  /** Told in the text: of a file of the change, but without a line. */
  readonly file: readonly ResultFinding[];
  /** Told in the text: below the minimum, beyond the limit, or of no file of the change. */
  readonly body: readonly ResultFinding[];
}

export function sortFindings(
  { findings, minimum_severity: minimum, max_comments: maxComments }: Sortable,
  demoted: ReadonlySet<string> = new Set(),
): SortedFindings {
  const isHeavy = ({ severity }: ResultFinding): boolean => rankSeverity(severity) <= rankSeverity(minimum);
  const onLines = findings.filter((finding) => isHeavy(finding) && finding.placement.kind === 'line');
  const inline = onLines.filter(({ id }) => !demoted.has(id)).slice(0, maxComments);
  const rest = findings.filter((finding) => !inline.includes(finding));
  return {
    inline,
    file: rest.filter(({ placement }) => placement.kind === 'file'),
    body: rest.filter(({ placement }) => placement.kind !== 'file'),
  };
}
