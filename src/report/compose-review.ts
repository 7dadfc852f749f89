// Placed findings + ledger → the one review: body and inline comments. The verdict is always COMMENT: Nectr
// informs, people decide.
import type { PlacedFinding } from '../findings/place-findings.ts';
import type { Severity } from '../findings/finding.ts';
import type { Side } from '../findings/place-finding.ts';
import type { SkippedFile } from '../plan/plan-review.ts';
import { cleanText, codeSpan, fenceCode } from './clean-text.ts';
import { countSeverities } from './count-severities.ts';
import { composeMarker } from './marker.ts';

/** GitHub's own limit is 65,536 characters; some are kept for what GitHub counts differently. */
export const MAX_BODY_CHARACTERS = 60_000;

/** More comments than this and reviews begin to fail or to be ignored; the rest is told in the body. */
export const MAX_COMMENTS = 30;

export interface ReviewComment {
  readonly path: string;
  readonly side: Side;
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
}

export interface ComposedReview {
  readonly body: string;
  readonly comments: readonly ReviewComment[];
  /** Where each finding went; the sum is the number of findings that came in. */
  readonly counts: { readonly inline: number; readonly body: number };
}

export interface Reviewed {
  readonly headSha: string;
  readonly filesReviewed: number;
  readonly skipped: readonly SkippedFile[];
  /** Files whose reviewer failed, with the reason a person can act on. */
  readonly failed: readonly FailedFile[];
  readonly placed: readonly PlacedFinding[];
}

export interface FailedFile {
  readonly path: string;
  readonly reason: string;
}

export function composeReview(reviewed: Reviewed): ComposedReview {
  const onLine = reviewed.placed.filter(({ placement }) => placement.kind === 'line');
  const inline = onLine.slice(0, MAX_COMMENTS);
  const inBody = reviewed.placed.filter((placed) => !inline.includes(placed));
  return {
    body: composeBody(reviewed, inBody),
    comments: inline.flatMap(composeComment),
    counts: { inline: inline.length, body: inBody.length },
  };
}

/** The same review with every comment told in the body: for when GitHub refuses the lines. */
export function composeReviewWithoutComments(reviewed: Reviewed): ComposedReview {
  return {
    body: composeBody(reviewed, reviewed.placed),
    comments: [],
    counts: { inline: 0, body: reviewed.placed.length },
  };
}

function composeComment({ finding, placement }: PlacedFinding): ReviewComment[] {
  if (placement.kind !== 'line') return [];
  const { path, side, startLine, line } = placement;
  const body = [
    `${LABEL[finding.severity]} **${cleanText(finding.title)}**`,
    cleanText(finding.explanation),
    `**When it happens:** ${cleanText(finding.scenario)}`,
  ].join('\n\n');
  return [{ path, side, startLine, line, body: cut(body, MAX_BODY_CHARACTERS) }];
}

const LABEL: Readonly<Record<Severity, string>> = {
  critical: '🔴 Critical ·',
  major: '🟠 Major ·',
  minor: '🟡 Minor ·',
  nit: '⚪ Nit ·',
};

function composeBody(reviewed: Reviewed, inBody: readonly PlacedFinding[]): string {
  const head = [composeHeadline(reviewed), ...composeFailures(reviewed.failed)];
  const tail = [
    ...composeSkipped(reviewed.skipped),
    `<sub>Reviewed by Nectr at ${codeSpan(reviewed.headSha.slice(0, 7))}.</sub>`,
    composeMarker(reviewed.headSha),
  ].join('\n\n');
  const details = inBody.map(composeBodyFinding);
  return fit(head.join('\n\n'), details, tail);
}

function composeHeadline({ placed, filesReviewed, failed }: Reviewed): string {
  const files = `${filesReviewed} ${filesReviewed === 1 ? 'file' : 'files'}`;
  if (filesReviewed === 0 && failed.length === 0)
    return '### Nectr had nothing to review\n\nNo file here has text to review; see below.';
  if (placed.length === 0) return `### Nectr found no problems\n\nRead: ${files}.`;
  const counted = countSeverities(placed.map(({ finding }) => finding));
  const worst = placed
    .slice(0, 3)
    .map(
      ({ finding }) => `- ${LABEL[finding.severity]} ${cleanText(finding.title)} (${codeSpan(finding.path)})`,
    );
  return [
    `### Nectr found ${placed.length === 1 ? 'one problem' : `${placed.length} problems`} (${counted})`,
    worst.join('\n'),
    `Read: ${files}.`,
  ].join('\n\n');
}

function composeFailures(failed: readonly FailedFile[]): string[] {
  if (failed.length === 0) return [];
  const lines = failed.slice(0, 50).map(({ path, reason }) => `- ${codeSpan(path)}: ${cleanText(reason)}`);
  const more = failed.length > 50 ? [`- and ${failed.length - 50} more`] : [];
  return [`⚠️ **This review is partial.** Not reviewed:\n\n${[...lines, ...more].join('\n')}`];
}

const SKIP_WORDS: Readonly<Record<SkippedFile['reason'], string>> = {
  binary: 'binary',
  generated: 'generated',
  lock_file: 'lock file',
  no_text_change: 'no change of text',
  submodule: 'submodule',
  too_large: 'diff too large',
  vendored: 'vendored',
};

function composeSkipped(skipped: readonly SkippedFile[]): string[] {
  if (skipped.length === 0) return [];
  const lines = skipped.slice(0, 100).map(({ path, reason }) => `- ${codeSpan(path)}: ${SKIP_WORDS[reason]}`);
  const more = skipped.length > 100 ? [`- and ${skipped.length - 100} more`] : [];
  const files = skipped.length === 1 ? '1 file was' : `${skipped.length} files were`;
  return [
    `<details><summary>${files} not reviewed, by rule</summary>\n\n${[...lines, ...more].join('\n')}\n\n</details>`,
  ];
}

function composeBodyFinding({ finding, placement }: PlacedFinding): string {
  const where =
    placement.kind === 'line' ? `${codeSpan(finding.path)} line ${placement.line}` : codeSpan(finding.path);
  const quote = finding.quote.trim() === '' ? [] : [fenceCode(finding.quote)];
  return [
    `#### ${LABEL[finding.severity]} ${cleanText(finding.title)}`,
    where,
    ...quote,
    cleanText(finding.explanation),
    `**When it happens:** ${cleanText(finding.scenario)}`,
  ].join('\n\n');
}

/** Whole findings only, so that no fence is cut; what does not fit is said. The marker always stays. */
function fit(head: string, details: readonly string[], tail: string): string {
  const room = MAX_BODY_CHARACTERS - head.length - tail.length - 100;
  const kept: string[] = [];
  let used = 0;
  for (const detail of details) {
    if (used + detail.length + 2 > room) break;
    kept.push(detail);
    used += detail.length + 2;
  }
  const left = details.length - kept.length;
  const more = left > 0 ? [`_${left} more did not fit here; the job summary lists all._`] : [];
  return [head, ...kept, ...more, tail].join('\n\n');
}

function cut(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 2)} …`;
}
