// Prompts of all batches → findings, and for each batch whether it was read. The first batch goes alone: when the key or the
// model is refused, nobody asks again. When the money runs out, what is left is over budget.
import pMap from 'p-map';
import type { Finding } from '../findings/finding.ts';
import type { Batch } from '../plan/plan-review.ts';
import { ANGLES, type Angle } from '../prompts/reviewer.ts';
import { askAngles, askReviewer, type Reader } from './ask-reviewer.ts';
import type { Asker } from './afford-call.ts';
import type { Conversed } from './hold-conversation.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

export interface BatchPrompt {
  readonly batch: Batch;
  readonly prompt: string;
  /** The same batch in reverse order, for a second pass; undefined for one pass only. */
  readonly secondPrompt: string | undefined;
}

export interface BatchAnswer {
  readonly batch: Batch;
  readonly result:
    | { readonly kind: 'read' }
    | { readonly kind: 'failed'; readonly reason: string; readonly final: boolean }
    | { readonly kind: 'over_budget' };
  readonly findings: readonly Finding[];
  readonly usage: Usage;
}

const CONCURRENCY = 3;

export async function askReviewers(
  asker: Asker,
  reader: Reader,
  prompts: readonly BatchPrompt[],
  mode: 'standard' | 'parallel',
): Promise<readonly BatchAnswer[]> {
  const ask = (prompt: BatchPrompt): Promise<BatchAnswer> => askBatch(asker, reader, prompt, mode);
  const first = await pMap(prompts.slice(0, 1), ask);
  const stop = first.find(({ result }) => result.kind === 'failed' && result.final);
  if (stop)
    return prompts.map(({ batch }) => ({
      ...stop,
      batch,
      usage: batch === stop.batch ? stop.usage : NO_USAGE,
    }));
  return [...first, ...(await pMap(prompts.slice(1), ask, { concurrency: CONCURRENCY }))];
}

async function askBatch(
  asker: Asker,
  reader: Reader,
  { batch, prompt, secondPrompt }: BatchPrompt,
  mode: 'standard' | 'parallel',
): Promise<BatchAnswer> {
  const passes =
    mode === 'parallel'
      ? [...(await askAngles(asker, reader, prompt, Object.keys(ANGLES) as Angle[]))]
      : [await askReviewer(asker, reader, { prompt })];
  if (secondPrompt !== undefined) passes.push(await askReviewer(asker, reader, { prompt: secondPrompt }));
  return {
    batch,
    result: summarise(passes),
    findings: passes.flatMap((pass) => (pass.kind === 'answered' ? pass.value : [])),
    usage: passes.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  };
}

/** A file counts as read only when everyone who should read it has done so. */
function summarise(passes: readonly Conversed<unknown>[]): BatchAnswer['result'] {
  const failed = passes.find((pass) => pass.kind === 'failed');
  if (failed) return { kind: 'failed', reason: failed.reason, final: failed.final };
  return passes.some(({ kind }) => kind === 'over_budget') ? { kind: 'over_budget' } : { kind: 'read' };
}
