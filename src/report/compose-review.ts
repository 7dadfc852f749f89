// The outcome → the one review: body and inline comments. The verdict is computed by code and never an approval: Nectr
// informs, people decide.
import type { Side } from '../findings/place-finding.ts';
import { cleanInline, cleanText, codeSpan, fenceCode, shorten } from './clean-text.ts';
import { composeCommentMarker } from './comment-marker.ts';
import { composeNotes } from './compose-notes.ts';
import { countSeverities } from './count-severities.ts';
import { composeMarker, type Marker } from './marker.ts';
import type { ResultFinding, ReviewResult } from './result.ts';
import { sortFindings } from './sort-findings.ts';

/** GitHub's own limit is 65,536 characters; some are kept for what GitHub counts differently. */
export const MAX_BODY_CHARACTERS = 60_000;

export interface ReviewComment {
  /** Of its finding. */
  readonly id: string;
  readonly path: string;
  readonly side: Side;
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
}

export interface ComposedReview {
  readonly body: string;
  readonly comments: readonly ReviewComment[];
  readonly event: ReviewResult['verdict'];
  /** Where each finding went; the sum is the number of findings that came in. */
  readonly counts: { readonly inline: number; readonly file: number; readonly body: number };
}

/**
 * `ledger` is the sealed memory of earlier findings, one line; empty for none. `demoted` are ids of findings that GitHub does
 * not take on their lines: they are told in the body.
 */
export function composeReview(
  result: ReviewResult,
  ledger: string,
  demoted: ReadonlySet<string> = new Set(),
): ComposedReview {
  const sorted = sortFindings(result, demoted);
  const inText = [...sorted.file, ...sorted.body].sort(
    (a, b) => result.findings.indexOf(a) - result.findings.indexOf(b),
  );
  return {
    body: composeBody(result, sorted.inline, inText, ledger),
    comments: sorted.inline.flatMap(composeComment),
    event: result.verdict,
    counts: { inline: sorted.inline.length, file: sorted.file.length, body: sorted.body.length },
  };
}

function composeComment(finding: ResultFinding): ReviewComment[] {
  if (finding.placement.kind !== 'line') return [];
  const { path, side, startLine, line } = finding.placement;
  const body = [
    `${LABEL[finding.severity]} · ${finding.category} — **${cleanTitle(finding)}**`,
    ...composeStory(finding),
    ...composeSuggestion(finding),
    composeCommentMarker(finding.fingerprint),
  ].join('\n\n');
  return [{ id: finding.id, path, side, startLine, line, body }];
}

const LABEL: Readonly<Record<ResultFinding['severity'], string>> = {
  critical: '🔴 Critical',
  major: '🟠 Major',
  minor: '🟡 Minor',
  nit: '⚪ Nit',
};

function composeStory({ explanation, scenario, verified }: ResultFinding): string[] {
  const doubt = verified ? [] : ['_Not confirmed by a second look._'];
  // The words in front count: what stands behind them on their line begins no block.
  const when = `**When it happens:** ${shorten(scenario.trim(), MAX_PROSE_CHARACTERS)}`;
  return [cleanText(shorten(explanation, MAX_PROSE_CHARACTERS)), cleanText(when), ...doubt];
}

function composeSuggestion({ suggestion }: ResultFinding): string[] {
  if (suggestion.kind === 'none' || suggestion.code.length > MAX_QUOTE_CHARACTERS) return [];
  if (suggestion.kind === 'applies') return [fenceCode(suggestion.code, 'suggestion')];
  return [
    `A possible change, to be adapted by hand (${cleanInline(suggestion.reason)}):`,
    fenceCode(suggestion.code),
  ];
}

function composeBody(
  result: ReviewResult,
  inline: readonly ResultFinding[],
  inText: readonly ResultFinding[],
  ledger: string,
): string {
  const marker: Marker = { headSha: result.head_sha, run: result.run, state: result.state };
  const head = [composeHeadline(result, inline), ...composeNotes(result, 'first')].join('\n\n');
  const tail = [
    ...composeNotes(result, 'last'),
    `<sub>${composeFooter(result)}</sub>`,
    ...(ledger === '' ? [] : [ledger]),
    composeMarker(marker),
  ].join('\n\n');
  return fit(head, inText, tail);
}

const MAX_HEADLINES = 5;

/** A tick only when all was read and nothing is left from before. */
function composeNothing({ state, open }: ReviewResult): string {
  if (state === 'partial') return '### ⚠️ Nectr found no problems in what it could read';
  return open.length > 0 ? '### Nectr found no new problems' : '### ✅ Nectr found no problems';
}

function composeHeadline(result: ReviewResult, inline: readonly ResultFinding[]): string {
  const { findings } = result;
  if (findings.length === 0) return composeNothing(result);
  const title = `### Nectr found ${findings.length === 1 ? 'one problem' : `${findings.length} problems`} (${countSeverities(findings)})`;
  const first = inline.slice(0, MAX_HEADLINES);
  const lines = first.map(
    (finding) => `- ${LABEL[finding.severity]}: ${cleanTitle(finding)} — ${placeSpan(finding)}`,
  );
  const more = inline.length - first.length;
  return [
    title,
    ...(lines.length === 0
      ? []
      : [[...lines, ...(more > 0 ? [`- and ${more} more on their lines`] : [])].join('\n')]),
  ].join('\n\n');
}

function composeFooter(result: ReviewResult): string {
  const read = result.files.filter(({ state }) => state === 'reviewed').length;
  const scope = result.since === null ? '' : `, of what changed since ${codeSpan(result.since.slice(0, 7))}`;
  const checked =
    result.withheld.refuted > 0 ? ` ${result.withheld.refuted} more did not stand up to a second look.` : '';
  return `Reviewed by Nectr at ${codeSpan(result.head_sha.slice(0, 7))}: ${read} ${read === 1 ? 'file' : 'files'} read${scope}.${checked}`;
}

/** Whole findings only, so that no fence is cut; what does not fit is said. The markers always stay. */
function fit(head: string, findings: readonly ResultFinding[], tail: string): string {
  const room = MAX_BODY_CHARACTERS - head.length - tail.length - 400;
  const kept: { readonly text: string; readonly finding: ResultFinding }[] = [];
  let used = 0;
  for (const finding of findings) {
    const text = composeBodyFinding(finding);
    if (used + text.length + 2 > room) continue;
    kept.push({ text, finding });
    used += text.length + 2;
  }
  const left = findings.length - kept.length;
  const more = left > 0 ? [`_${left} more did not fit here; the job summary lists all._`] : [];
  const shown = kept.length === 0 ? [] : [fold(kept)];
  return [head, ...shown, ...more, tail].join('\n\n');
}

function isHeavy({ severity }: ResultFinding): boolean {
  return severity === 'critical' || severity === 'major';
}

/** Critical and major ones stay open to be seen; the rest is folded. */
function fold(kept: readonly { readonly text: string; readonly finding: ResultFinding }[]): string {
  const open = kept.filter(({ finding }) => isHeavy(finding)).map(({ text }) => text);
  const folded = kept.filter(({ finding }) => !isHeavy(finding));
  if (folded.length === 0) return open.join('\n\n');
  const summary = folded.length === 1 ? 'One smaller problem' : `${folded.length} smaller problems`;
  const details = `<details><summary>${summary}</summary>\n\n${folded.map(({ text }) => text).join('\n\n')}\n\n</details>`;
  return [...open, details].join('\n\n');
}

function composeBodyFinding(finding: ResultFinding): string {
  const quote = finding.quote.trim() === '' ? [] : [fenceCode(shorten(finding.quote, MAX_QUOTE_CHARACTERS))];
  return [
    `#### ${LABEL[finding.severity]} · ${cleanTitle(finding)}`,
    placeSpan(finding),
    ...quote,
    ...composeStory(finding),
    ...composeSuggestion(finding).slice(finding.suggestion.kind === 'applies' ? 1 : 0),
  ].join('\n\n');
}

const MAX_TITLE_CHARACTERS = 200;
const MAX_PROSE_CHARACTERS = 4_000;
const MAX_QUOTE_CHARACTERS = 2_000;
const MAX_PATH_CHARACTERS = 200;

/** One line: it stands in a heading or a list. */
function cleanTitle({ title }: ResultFinding): string {
  return cleanInline(shorten(title, MAX_TITLE_CHARACTERS));
}

function placeSpan({ path, placement }: ResultFinding): string {
  const span = codeSpan(shorten(path, MAX_PATH_CHARACTERS));
  return placement.kind === 'line' ? `${span} line ${placement.line}` : span;
}
