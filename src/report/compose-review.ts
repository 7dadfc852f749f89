// Placed findings + ledger → the one review: body and inline comments. The verdict is always COMMENT: Nectr
// informs, people decide.
import type { PlacedFinding } from '../findings/place-findings.ts';
import type { Finding, Severity } from '../findings/finding.ts';
import type { Side } from '../findings/place-finding.ts';
import type { SkippedFile } from '../plan/plan-review.ts';
import { cleanText, codeSpan, fenceCode, shorten } from './clean-text.ts';
import { countSeverities } from './count-severities.ts';
import { composeMarker, type Marker } from './marker.ts';

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
  readonly marker: Marker;
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
    `${LABEL[finding.severity]} **${cleanTitle(finding)}**`,
    cleanProse(finding.explanation),
    `**When it happens:** ${cleanProse(finding.scenario)}`,
  ].join('\n\n');
  return [{ path, side, startLine, line, body }];
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
    `<sub>Reviewed by Nectr at ${codeSpan(reviewed.marker.headSha.slice(0, 7))}.</sub>`,
    composeMarker(reviewed.marker),
  ].join('\n\n');
  const details = inBody.map(composeBodyFinding);
  return fit(head.join('\n\n'), details, tail);
}

function composeHeadline({ placed, filesReviewed }: Reviewed): string {
  const files = `${filesReviewed} ${filesReviewed === 1 ? 'file' : 'files'}`;
  if (placed.length === 0) return `### Nectr found no problems\n\nRead: ${files}.`;
  const counted = countSeverities(placed.map(({ finding }) => finding));
  const worst = placed
    .slice(0, 3)
    .map(({ finding }) => `- ${LABEL[finding.severity]} ${cleanTitle(finding)} (${pathSpan(finding.path)})`);
  return [
    `### Nectr found ${placed.length === 1 ? 'one problem' : `${placed.length} problems`} (${counted})`,
    worst.join('\n'),
    `Read: ${files}.`,
  ].join('\n\n');
}

function composeFailures(failed: readonly FailedFile[]): string[] {
  if (failed.length === 0) return [];
  const lines = failed.map(({ path, reason }) => `- ${pathSpan(path)}: ${cleanText(reason)}`);
  return [`⚠️ **This review is partial.** Not reviewed:\n\n${listUpTo(MAX_LIST_CHARACTERS, lines)}`];
}

const SKIP_WORDS: Readonly<Record<SkippedFile['reason'], string>> = {
  binary: 'binary',
  generated: 'generated',
  lock_file: 'lock file',
  no_text_change: 'no change of text',
  submodule: 'submodule',
  vendored: 'vendored',
};

function composeSkipped(skipped: readonly SkippedFile[]): string[] {
  if (skipped.length === 0) return [];
  const lines = skipped.map(({ path, reason }) => `- ${pathSpan(path)}: ${SKIP_WORDS[reason]}`);
  const list = listUpTo(MAX_LIST_CHARACTERS, lines);
  const files = skipped.length === 1 ? '1 file was' : `${skipped.length} files were`;
  return [`<details><summary>${files} not reviewed, by rule</summary>\n\n${list}\n\n</details>`];
}

function composeBodyFinding({ finding, placement }: PlacedFinding): string {
  const where =
    placement.kind === 'line' ? `${pathSpan(finding.path)} line ${placement.line}` : pathSpan(finding.path);
  const quote = finding.quote.trim() === '' ? [] : [fenceCode(shorten(finding.quote, MAX_QUOTE_CHARACTERS))];
  return [
    `#### ${LABEL[finding.severity]} ${cleanTitle(finding)}`,
    where,
    ...quote,
    cleanProse(finding.explanation),
    `**When it happens:** ${cleanProse(finding.scenario)}`,
  ].join('\n\n');
}

/** Whole findings only, so that no fence is cut; what does not fit is said. The marker always stays. */
function fit(head: string, details: readonly string[], tail: string): string {
  const room = MAX_BODY_CHARACTERS - head.length - tail.length - 100;
  const kept: string[] = [];
  let used = 0;
  for (const detail of details) {
    if (used + detail.length + 2 > room) continue;
    kept.push(detail);
    used += detail.length + 2;
  }
  const left = details.length - kept.length;
  const more = left > 0 ? [`_${left} more did not fit here; the job summary lists all._`] : [];
  return [head, ...kept, ...more, tail].join('\n\n');
}

const MAX_TITLE_CHARACTERS = 200;
const MAX_PROSE_CHARACTERS = 4_000;
const MAX_QUOTE_CHARACTERS = 2_000;
const MAX_PATH_CHARACTERS = 200;
/** Of each list of files: with both lists and the headline, more than half of the body is left for findings. */
const MAX_LIST_CHARACTERS = 10_000;

/** One line: it stands in a heading or a list. */
function cleanTitle({ title }: Finding): string {
  return cleanText(shorten(title.replaceAll(/\s+/g, ' '), MAX_TITLE_CHARACTERS));
}

function cleanProse(text: string): string {
  return cleanText(shorten(text, MAX_PROSE_CHARACTERS));
}

function pathSpan(path: string): string {
  return codeSpan(shorten(path, MAX_PATH_CHARACTERS));
}

function listUpTo(maxCharacters: number, lines: readonly string[]): string {
  let used = 0;
  const kept = lines.filter((line) => {
    used += line.length + 1;
    return used <= maxCharacters;
  });
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}
