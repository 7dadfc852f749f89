// How a run ended → what the check run and the job summary say. Numbers and names only come from the pipeline.
import type { PlacedFinding } from '../findings/place-findings.ts';
import type { Plan, SkippedFile } from '../plan/plan-review.ts';
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

/** What a check run shows at its end. */
export interface Conclusion {
  readonly conclusion: 'success' | 'neutral' | 'failure' | 'cancelled';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

export type UnreviewedOutcome =
  | { readonly kind: 'duplicate_skipped'; readonly reviewUrl: string }
  | { readonly kind: 'skipped'; readonly reason: string };

export function concludeOutcome(outcome: ReviewedOutcome | UnreviewedOutcome): Conclusion {
  switch (outcome.kind) {
    case 'reviewed':
      return { conclusion: 'success', title: composeTitle(outcome), summary: composeReport(outcome) };
    case 'partial':
      return { conclusion: 'neutral', title: composeTitle(outcome), summary: composeReport(outcome) };
    case 'duplicate_skipped':
      return {
        conclusion: 'neutral',
        title: 'Already reviewed',
        summary: `[The review](${outcome.reviewUrl}) of this commit.`,
      };
    case 'skipped':
      return { conclusion: 'neutral', title: 'Nothing was reviewed', summary: cleanText(outcome.reason) };
  }
}

export function concludeFailure(error: unknown, wasCancelled: boolean): Conclusion {
  const summary = error instanceof Error ? error.message : String(error);
  return wasCancelled
    ? {
        conclusion: 'cancelled',
        title: 'Cancelled',
        summary: 'The run was cancelled before the review was posted.',
      }
    : { conclusion: 'failure', title: 'The review failed', summary };
}

const MAX_NAMED_FILES = 20;

/** Why a pull request has nothing to review. Throws when there was something that could not be. */
export function explainNothing({ skipped, oversized }: Plan): string {
  const names = oversized.map(({ path }) => path).slice(0, MAX_NAMED_FILES);
  if (oversized.length > 0) {
    throw new Error(
      `Nothing could be reviewed: the diff of ${names.join(', ')} is too large. Split the change.`,
    );
  }
  if (skipped.length === 0) return 'the pull request changes no files';
  const listed = skipped
    .slice(0, MAX_NAMED_FILES)
    .map(({ path, reason }) => `${path} (${reason.replaceAll('_', ' ')})`);
  const more = skipped.length > MAX_NAMED_FILES ? `, and ${skipped.length - MAX_NAMED_FILES} more` : '';
  return `every changed file is skipped by rule: ${listed.join(', ')}${more}`;
}

/** One line: what was found, and whether all was read. */
export function composeTitle(outcome: ReviewedOutcome): string {
  const found = `Found ${countSeverities(outcome.placed.map(({ finding }) => finding))}`;
  const { failed, skipped } = outcome;
  const byRule = skipped.length === 0 ? '' : ` (${plural(skipped.length, 'file')} skipped by rule)`;
  const partial =
    outcome.kind === 'partial' ? `Partial review: ${plural(failed.length, 'file')} not read. ` : '';
  return `${partial}${found}${byRule}`;
}

/** Markdown with every finding and every file of the change: the job summary, and the check run's text. */
export function composeReport(outcome: ReviewedOutcome): string {
  const findings = outcome.placed.map(({ finding, placement }) => {
    const line = placement.kind === 'line' ? `:${placement.line}` : '';
    return `| ${finding.severity} | ${finding.category} | ${pathCell(`${finding.path}${line}`)} | ${cell(finding.title)} |`;
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
      : [['| severity | category | place | problem |', '| --- | --- | --- | --- |', ...findings].join('\n')]),
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
