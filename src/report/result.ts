// The whole outcome of one review as data: what `review.json` holds, and what every text about it is composed from. Its JSON
// Schema is published in docs/schemas.
import * as z from 'zod';
import { CATEGORIES, SEVERITIES } from '../findings/finding.ts';
import { SKIP_REASONS } from '../plan/skip-reason.ts';

const line = z.int().positive();

const placementSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('line'),
        path: z.string(),
        side: z.enum(['LEFT', 'RIGHT']),
        startLine: line,
        line,
      })
      .readonly(),
    z.strictObject({ kind: z.literal('file'), path: z.string() }).readonly(),
    z.strictObject({ kind: z.literal('body') }).readonly(),
  ])
  .describe('Where it stands: on lines of the diff, at a file of the change, or at neither.');

const suggestionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).readonly(),
    z.strictObject({ kind: z.literal('applies'), code: z.string() }).readonly(),
    z.strictObject({ kind: z.literal('prose'), code: z.string(), reason: z.string() }).readonly(),
  ])
  .describe(
    '`applies`: can be applied with one click; `prose`: failed one of the checks, named in `reason`.',
  );

export const resultFindingSchema = z
  .strictObject({
    id: z.string(),
    fingerprint: z.string(),
    severity: z.enum(SEVERITIES),
    category: z.enum(CATEGORIES),
    path: z.string(),
    line: z.int(),
    quote: z.string(),
    title: z.string(),
    explanation: z.string(),
    scenario: z.string(),
    suggestion: suggestionSchema,
    placement: placementSchema,
    verified: z.boolean().describe('Whether the independent check has confirmed it.'),
  })
  .readonly();

export const fileStateSchema = z
  .discriminatedUnion('state', [
    z.strictObject({ path: z.string(), state: z.literal('reviewed') }).readonly(),
    z.strictObject({ path: z.string(), state: z.literal('unchanged') }).readonly(),
    z
      .strictObject({ path: z.string(), state: z.literal('skipped'), reason: z.enum(SKIP_REASONS) })
      .readonly(),
    z.strictObject({ path: z.string(), state: z.literal('over_budget') }).readonly(),
    z.strictObject({ path: z.string(), state: z.literal('failed'), reason: z.string() }).readonly(),
  ])
  .describe('`unchanged`: not changed since the last review, which has read it.');

const earlierFindingSchema = z
  .strictObject({
    fingerprint: z.string(),
    path: z.string(),
    severity: z.enum(SEVERITIES),
    title: z.string(),
  })
  .readonly();

const count = z.int().min(0);

export const resultSchema = z
  .strictObject({
    version: z.literal(1),
    repository: z.string(),
    pull_request: z.int().positive(),
    head_sha: z.string(),
    base_sha: z.string(),
    merge_base: z.string(),
    run: z.string().describe('Id of the workflow run and its attempt.'),
    state: z.enum(['complete', 'partial']),
    model: z.string(),
    mode: z.enum(['standard', 'parallel']),
    effort: z.enum(['low', 'medium', 'high']),
    since: z.string().nullable().describe('Head of the last review when only what came after it was read.'),
    verdict: z.enum(['COMMENT', 'REQUEST_CHANGES']),
    minimum_severity: z.enum(SEVERITIES),
    max_comments: count,
    files: z.array(fileStateSchema).readonly(),
    findings: z.array(resultFindingSchema).readonly().describe('What is told, worst first.'),
    withheld: z
      .strictObject({
        duplicates: count.describe('Said twice in one place by the reviewers.'),
        merged: count.describe('Had the same cause as one that is told.'),
        refuted: count.describe('Did not stand up to the check.'),
        nits: count,
        repeated: count.describe('Told by an earlier review and still open.'),
        dismissed: count.describe('Told earlier and dismissed by people.'),
      })
      .readonly(),
    unverified_because: z.array(z.string()).readonly().describe('Why some findings have not been checked.'),
    fixed: z.array(earlierFindingSchema).readonly(),
    open: z.array(earlierFindingSchema).readonly().describe('Told by earlier reviews and still there.'),
    notes: z
      .array(z.string())
      .readonly()
      .describe('What else the reader has to know, such as mistakes in the settings.'),
    usage: z
      .strictObject({
        calls: count,
        input: count,
        output: count,
        cacheRead: count,
        cacheWrite: count,
        costUsd: z.number(),
      })
      .readonly(),
    cost_usd: z.number().nullable().describe('Null when the price of the model is not known.'),
    prices_as_of: z.string(),
    stages: z.array(z.strictObject({ name: z.string(), ms: count }).readonly()).readonly(),
  })
  .readonly();

export type ReviewResult = z.infer<typeof resultSchema>;
export type ResultFinding = z.infer<typeof resultFindingSchema>;
export type FileState = z.infer<typeof fileStateSchema>;
export type EarlierFinding = z.infer<typeof earlierFindingSchema>;

/** Files of which nobody can say that they were reviewed. */
export function unreadFiles({ files }: Pick<ReviewResult, 'files'>): readonly FileState[] {
  return files.filter(({ state }) => state === 'failed' || state === 'over_budget');
}
