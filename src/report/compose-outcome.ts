// How a run ended → what the check run and the job summary say. Numbers and names only come from the pipeline, and a green
// never stands for something that was not read.
import { rankSeverity, type Severity } from '../findings/finding.ts';
import { formatUsd } from '../plan/prices.ts';
import { cleanInline, cleanPlain, codeSpan, shorten } from './clean-text.ts';
import { explainState } from './compose-notes.ts';
import { countSeverities } from './count-severities.ts';
import { unreadFiles, type FileState, type ResultFinding, type ReviewResult } from './result.ts';
import { sortFindings } from './sort-findings.ts';

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** What a check run shows at its end. */
export interface Conclusion {
  readonly conclusion: 'success' | 'neutral' | 'failure' | 'cancelled';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export type FailOn = 'none' | Exclude<Severity, 'nit'>;

export function concludeReview(result: ReviewResult, url: string | undefined, failOn: FailOn): Conclusion {
  const conclusion = isFailing(result, failOn)
    ? 'failure'
    : result.state === 'partial'
      ? 'neutral'
      : 'success';
  return {
    conclusion,
    title: composeTitle(result),
    summary: composeReport(result, url),
    annotations: composeAnnotations(result),
  };
}

/** Problems that are still open from earlier reviews count as well. */
export function isFailing(
  { findings, open }: Pick<ReviewResult, 'findings' | 'open'>,
  failOn: FailOn,
): boolean {
  if (failOn === 'none') return false;
  return [...findings, ...open].some(({ severity }) => rankSeverity(severity) <= rankSeverity(failOn));
}

/** One line: what was found, and whether all was read. */
export function composeTitle(result: ReviewResult): string {
  const { findings, open, fixed, since } = result;
  const found = `Found ${countSeverities(findings)}${since === null ? '' : ` in what is new since ${since.slice(0, 7)}`}`;
  const earlier = [
    ...(open.length === 0 ? [] : [`${open.length} still open`]),
    ...(fixed.length === 0 ? [] : [`${fixed.length} fixed`]),
  ];
  const skipped = result.files.filter(({ state }) => state === 'skipped').length;
  const byRule = skipped === 0 ? '' : ` (${plural(skipped, 'file')} skipped by rule)`;
  return [`${composePartial(result)}${found}`, ...earlier].join(', ') + byRule;
}

function composePartial(result: ReviewResult): string {
  if (result.state === 'complete') return '';
  const unread = unreadFiles(result).length;
  return unread === 0
    ? 'Not all findings were checked. '
    : `Partial review: ${plural(unread, 'file')} not read. `;
}

/** Of one check run: each further fifty cost a request of their own. */
const MAX_ANNOTATIONS = 100;
const LEVELS = { critical: 'failure', major: 'warning', minor: 'notice', nit: 'notice' } as const;

/** Only what stands in no comment: nobody wants to read a problem twice on one line. Annotations know no deleted lines. */
function composeAnnotations(result: ReviewResult): Annotation[] {
  return sortFindings(result)
    .body.flatMap(({ placement, severity, title, explanation }): Annotation[] =>
      placement.kind === 'line' && placement.side === 'RIGHT'
        ? [
            {
              path: placement.path,
              startLine: placement.startLine,
              endLine: placement.line,
              level: LEVELS[severity],
              title: cleanPlain(shorten(title, 200)),
              // GitHub takes none without words.
              message: cleanPlain(shorten(explanation, 4_000)) || 'No explanation was given.',
            },
          ]
        : [],
    )
    .slice(0, MAX_ANNOTATIONS);
}

/** Markdown with every finding and every file of the change: the job summary, and the check run's text. */
export function composeReport(result: ReviewResult, url: string | undefined): string {
  const { inline, file, body } = sortFindings(result);
  const counted = `${inline.length} on lines, ${file.length + body.length} in its text`;
  const review = url === undefined ? 'No review was posted' : `[The review](${url})`;
  const notes = result.notes.map((note) => `- ${cleanInline(note)}`);
  const unverified = result.unverified_because.map((reason) => `- Not checked: ${cleanInline(reason)}`);
  return [
    `${review}: ${counted}${composeWithheld(result)}.`,
    ...(notes.length + unverified.length === 0 ? [] : [[...notes, ...unverified].join('\n')]),
    composeMeter(result),
    ...(result.findings.length === 0 ? [] : [composeFindingTable(result.findings)]),
    ['| file | state |', '| --- | --- |', ...composeFileRows(result.files)].join('\n'),
  ].join('\n\n');
}

function composeWithheld({ withheld }: ReviewResult): string {
  const words: Readonly<Record<keyof ReviewResult['withheld'], string>> = {
    duplicates: 'merged as duplicates',
    merged: 'merged with others of the same cause',
    refuted: 'refuted',
    nits: 'too small to tell',
    repeated: 'told before',
    dismissed: 'dismissed before',
  };
  const parts = Object.entries(withheld).filter(([, count]) => count > 0);
  return parts.map(([name, count]) => `, ${count} ${words[name as keyof typeof words]}`).join('');
}

/** Tokens, money and time of each stage. */
export function composeMeter({
  usage,
  cost_usd: cost,
  prices_as_of: date,
  model,
  stages,
}: ReviewResult): string {
  const tokens = `${usage.calls} calls: ${usage.input} tokens read, ${usage.cacheWrite} written to the cache, ${usage.cacheRead} read from the cache, ${usage.output} answered`;
  const money =
    cost === null ? `no price is known for ${codeSpan(model)}` : `${formatUsd(cost)} (prices of ${date})`;
  const times = stages.map(({ name, ms }) => `${name} ${(ms / 1000).toFixed(1)} s`).join(', ');
  return `${tokens}; ${money}.${times === '' ? '' : ` Time: ${times}.`}`;
}

function composeFindingTable(findings: readonly ResultFinding[]): string {
  const rows = findings.map(({ severity, category, path, placement, title }) => {
    const line = placement.kind === 'line' ? `:${placement.line}` : '';
    return `| ${severity} | ${category} | ${pathCell(`${path}${line}`)} | ${cell(title)} |`;
  });
  return ['| severity | category | place | problem |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** docs.github.com/actions: a job summary of more than 1 MiB is not shown at all. */
const MAX_FILE_ROWS_BYTES = 800_000;

function composeFileRows(files: readonly FileState[]): string[] {
  let bytes = 0;
  const rows = files.map(composeFileRow).filter((row) => {
    bytes += new TextEncoder().encode(row).length + 1;
    return bytes <= MAX_FILE_ROWS_BYTES;
  });
  const left = files.length - rows.length;
  return left === 0 ? rows : [...rows, `| and ${left} more | named in the output \`result-file\` |`];
}

function composeFileRow(file: FileState): string {
  const reason =
    file.state === 'skipped'
      ? `: ${file.reason}`
      : file.state === 'failed'
        ? `: ${cell(explainState(file))}`
        : '';
  return `| ${pathCell(file.path)} | ${file.state}${reason} |`;
}

function cell(text: string): string {
  return cleanInline(text).replaceAll('|', '\\|');
}

function pathCell(path: string): string {
  return codeSpan(path).replaceAll('|', '\\|');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
