// Change → findings that stand: asked for batch by batch, placed, brought together, put to the sceptic. Every file ends in a
// ledger with its state, and every finding is told or counted.
import { askReviewers, type BatchAnswer, type BatchPrompt } from './claude/ask-reviewers.ts';
import type { Reader } from './claude/ask-reviewer.ts';
import { askSceptic } from './claude/ask-sceptic.ts';
import { askSynthesis } from './claude/ask-synthesis.ts';
import type { Asker } from './claude/afford-call.ts';
import { addUsage, NO_USAGE, type Usage } from './claude/usage.ts';
import { placeFindings, type PlacedFinding } from './findings/place-findings.ts';
import { applySynthesis, applyVerdicts } from './findings/verdict.ts';
import { planBatches, type Batch } from './plan/plan-review.ts';
import { composeBatchPrompt, type PullRequestText } from './prompts/reviewer.ts';
import type { Change } from './read-change.ts';
import type { ChangedFile } from './diff/changed-file.ts';
import type { FileState } from './report/result.ts';
import type { Clock } from './report/clock.ts';

export interface Manner {
  readonly mode: 'standard' | 'parallel';
  readonly effort: 'low' | 'medium' | 'high';
}

export interface Problems {
  readonly placed: readonly PlacedFinding[];
  readonly duplicates: number;
  readonly files: readonly FileState[];
  readonly usage: Usage;
  /** Set when nothing at all was read: every reason that there was. */
  readonly failure: string | undefined;
}

/** Asks the reviewers about `toRead`; places what they say in the whole change. */
export async function findProblems(
  asker: Asker,
  reader: Reader,
  pull: PullRequestText,
  change: Pick<Change, 'files' | 'readGuidance'>,
  toRead: readonly ChangedFile[],
  manner: Manner,
  clock: Clock,
): Promise<Problems> {
  const batches = planBatches(toRead);
  const prompts = await clock.time('plan', () => composePrompts(pull, change, batches, manner));
  const answers = await clock.time('reviewers', () => askReviewers(asker, reader, prompts, manner.mode));
  const { placed, duplicates } = placeFindings(
    answers.flatMap(({ findings }) => findings),
    change.files,
  );
  const usage = answers.reduce((sum, answer) => addUsage(sum, answer.usage), NO_USAGE);
  const files = answers.flatMap(toFileStates);
  return { placed, duplicates, files, usage, failure: explainFailure(answers) };
}

function composePrompts(
  pull: PullRequestText,
  change: Pick<Change, 'readGuidance'>,
  batches: readonly Batch[],
  { effort }: Manner,
): Promise<BatchPrompt[]> {
  const paths = batches.map(({ files }) => files.map(({ path }) => path));
  return Promise.all(
    batches.map(async (batch, at) => {
      const guidance = await change.readGuidance(paths[at] ?? []);
      const others = paths.toSpliced(at, 1).flat();
      const reversed = { ...batch, files: batch.files.toReversed() };
      return {
        batch,
        prompt: composeBatchPrompt(pull, batch, others, guidance),
        secondPrompt: effort === 'high' ? composeBatchPrompt(pull, reversed, others, guidance) : undefined,
      };
    }),
  );
}

function toFileStates({ batch, result }: BatchAnswer): FileState[] {
  return batch.files.map(({ path }): FileState => {
    switch (result.kind) {
      case 'read':
        return { path, state: 'reviewed' };
      case 'over_budget':
        return { path, state: 'over_budget' };
      case 'failed':
        return { path, state: 'failed', reason: result.reason };
    }
  });
}

function explainFailure(answers: readonly BatchAnswer[]): string | undefined {
  if (
    answers.length === 0 ||
    answers.some(({ result, findings }) => result.kind === 'read' || findings.length > 0)
  )
    return undefined;
  const reasons = answers.map(({ result }) =>
    result.kind === 'failed'
      ? result.reason
      : 'the limit `max-cost-usd` leaves no room for a call that could answer',
  );
  return [...new Set(reasons)].join('; ');
}

export interface Checked {
  readonly kept: readonly PlacedFinding[];
  readonly confirmed: ReadonlySet<string>;
  readonly merged: number;
  readonly refuted: readonly { readonly finding: PlacedFinding; readonly reason: string }[];
  readonly nits: number;
  readonly failures: readonly string[];
  readonly usage: Usage;
}

/** Only what would be told is checked: nits never are told. */
export async function checkProblems(
  asker: Asker,
  reader: Reader,
  pull: PullRequestText,
  found: readonly PlacedFinding[],
  { mode, effort }: Manner,
  clock: Clock,
): Promise<Checked> {
  const told = found.filter(({ finding }) => finding.severity !== 'nit');
  const synthesis =
    mode === 'parallel' && told.length > 1
      ? await clock.time('synthesis', () => askSynthesis(asker, reader, told))
      : undefined;
  const united =
    synthesis?.kind === 'answered' ? applySynthesis(told, synthesis.value) : { kept: told, merged: [] };
  const depth = effort === 'low' ? 'cheap' : 'thorough';
  const sceptic = await clock.time('verification', () => askSceptic(asker, reader, pull, united.kept, depth));
  const verified = applyVerdicts(united.kept, sceptic.verdicts);
  const kept = verified.kept.filter(({ finding }) => finding.severity !== 'nit');
  return {
    kept,
    confirmed: verified.confirmed,
    merged: united.merged.length + verified.merged.length,
    refuted: verified.refuted,
    nits: found.length - told.length + verified.kept.length - kept.length,
    failures: sceptic.failures,
    usage: addUsage(synthesis?.usage ?? NO_USAGE, sceptic.usage),
  };
}
