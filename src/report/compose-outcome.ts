// How a run ended → what the check run and the job summary say. Numbers and names only come from the pipeline.
import type { PlacedFinding } from '../findings/place-findings.ts';
import type { SkippedFile } from '../plan/plan-review.ts';
import { cleanText, codeSpan } from './clean-text.ts';
import type { FailedFile } from './compose-review.ts';
import { countSeverities } from './count-severities.ts';

export interface ReviewedOutcome {
  readonly kind: 'reviewed' | 'partial';
  readonly reviewUrl: string;
  readonly reviewId: number;
  readonly placed: readonly PlacedFinding[];
  readonly duplicates: number;
  readonly inline: number;
  readonly body: number;
  readonly reviewedPaths: readonly string[];
  readonly skipped: readonly SkippedFile[];
  readonly failed: readonly FailedFile[];
}

/** One line: what was found, and whether all was read. */
export function composeTitle(outcome: ReviewedOutcome): string {
  const found = `Found ${countSeverities(outcome.placed.map(({ finding }) => finding))}`;
  return outcome.kind === 'reviewed'
    ? found
    : `Partial review: ${plural(outcome.failed.length, 'file')} not read. ${found}`;
}

/** Markdown with every finding and every file of the change: the job summary, and the check run's text. */
export function composeReport(outcome: ReviewedOutcome): string {
  const findings = outcome.placed.map(({ finding, placement }) => {
    const line = placement.kind === 'line' ? `:${placement.line}` : '';
    return `| ${finding.severity} | ${pathCell(`${finding.path}${line}`)} | ${cell(finding.title)} |`;
  });
  const files = [
    ...outcome.reviewedPaths.map((path) => `| ${pathCell(path)} | reviewed |`),
    ...outcome.skipped.map(({ path, reason }) => `| ${pathCell(path)} | skipped: ${reason} |`),
    ...outcome.failed.map(({ path, reason }) => `| ${pathCell(path)} | failed: ${cell(reason)} |`),
  ];
  const merged = outcome.duplicates === 0 ? '' : `, ${outcome.duplicates} merged as duplicates`;
  return [
    `[The review](${outcome.reviewUrl}): ${outcome.inline} on lines, ${outcome.body} in its text${merged}.`,
    ...(findings.length === 0
      ? []
      : [['| severity | place | problem |', '| --- | --- | --- |', ...findings].join('\n')]),
    ['| file | state |', '| --- | --- |', ...files].join('\n'),
  ].join('\n\n');
}

function cell(text: string): string {
  return cleanText(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

function pathCell(path: string): string {
  return codeSpan(path).replaceAll('|', '\\|');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
