// Prompts of all batches → findings of those that were answered, and the reason for each that was not. The first
// call goes alone: when the key or the model is refused, nobody asks again.
import type Anthropic from '@anthropic-ai/sdk';
import pMap from 'p-map';
import type { Finding } from '../findings/finding.ts';
import type { Batch } from '../plan/plan-review.ts';
import { askReviewer, type ReviewerAnswer } from './ask-reviewer.ts';
import { addTokens, NO_TOKENS, type TokenUsage } from './usage.ts';

export interface BatchPrompt {
  readonly batch: Batch;
  readonly prompt: string;
}

export interface BatchAnswer {
  readonly batch: Batch;
  readonly answer: ReviewerAnswer;
}

export interface ReviewerAnswers {
  readonly answers: readonly BatchAnswer[];
  readonly findings: readonly Finding[];
  readonly usage: TokenUsage;
}

const CONCURRENCY = 4;

/** Asks one reviewer per batch. Throws when no batch at all could be reviewed: there is nothing to post then. */
export async function askReviewers(
  client: Anthropic,
  {
    model,
    system,
    prompts,
  }: { readonly model: string; readonly system: string; readonly prompts: readonly BatchPrompt[] },
): Promise<ReviewerAnswers> {
  const ask = async ({ batch, prompt }: BatchPrompt): Promise<BatchAnswer> => ({
    batch,
    answer: await askReviewer(client, { model, system, prompt }),
  });
  const first = await pMap(prompts.slice(0, 1), ask);
  const stop = first.find(({ answer }) => answer.kind === 'failed' && answer.final);
  const answers = stop
    ? first
    : [...first, ...(await pMap(prompts.slice(1), ask, { concurrency: CONCURRENCY }))];
  const failed = answers.flatMap(({ answer }) => (answer.kind === 'failed' ? [answer.reason] : []));
  if (failed.length > 0 && failed.length === answers.length) {
    throw new Error(`Nothing could be reviewed: ${[...new Set(failed)].join('; ')}.`);
  }
  return {
    answers,
    findings: answers.flatMap(({ answer }) => (answer.kind === 'findings' ? answer.findings : [])),
    usage: answers.reduce((sum, { answer }) => addTokens(sum, answer.usage), NO_TOKENS),
  };
}
