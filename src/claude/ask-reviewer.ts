// One batch → what one reviewer finds in it. Several read it one after another or side by side, on a prefix that they share;
// the first call writes it to the cache, and the others start when it has.
import * as z from 'zod';
import { findingsSchema, type Finding } from '../findings/finding.ts';
import { composeTask, REVIEWER_SYSTEM, type Angle } from '../prompts/reviewer.ts';
import type { AnswerTool } from './compose-tools.ts';
import type { Asker } from './afford-call.ts';
import { holdConversation, type Conversed } from './hold-conversation.ts';
import { readCode, type Code } from './read-code.ts';

export interface Reader {
  readonly model: string;
  readonly code: Code;
  readonly language: string;
}

const MAX_TURNS = 16;
const MAX_TOOL_BYTES = 250_000;

const SUBMIT_FINDINGS: AnswerTool<readonly Finding[]> = {
  name: 'submit_findings',
  description:
    'Submits the result of the review: every problem found, or an empty list. Call it exactly once.',
  schema: findingsSchema,
  take: (input) => {
    const parsed = findingsSchema.safeParse(input);
    return Promise.resolve(
      parsed.success
        ? { kind: 'taken', value: parsed.data.findings }
        : { kind: 'refused', reason: `The input is not valid: ${z.prettifyError(parsed.error)}` },
    );
  },
  join: (values) => values.flat(),
};

export function askReviewer(
  asker: Asker,
  reader: Reader,
  question: { readonly prompt: string; readonly angle?: Angle; readonly onFirstAnswer?: () => void },
): Promise<Conversed<readonly Finding[]>> {
  const { prompt, angle, onFirstAnswer } = question;
  return holdConversation(asker, {
    model: reader.model,
    system: REVIEWER_SYSTEM,
    opening: [
      { text: prompt, cached: true },
      { text: composeTask(angle, reader.language), cached: false },
    ],
    answer: SUBMIT_FINDINGS,
    read: (name, input) => readCode(reader.code, name, input),
    maxTurns: MAX_TURNS,
    maxToolBytes: MAX_TOOL_BYTES,
    ...(onFirstAnswer ? { onFirstAnswer } : {}),
  });
}

/** Reviewers of all angles over one batch: the first goes ahead until its prefix is in the cache. */
export async function askAngles(
  asker: Asker,
  reader: Reader,
  prompt: string,
  angles: readonly Angle[],
): Promise<readonly Conversed<readonly Finding[]>[]> {
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const ask = (angle: Angle | undefined, onFirstAnswer: () => void) =>
    askReviewer(asker, reader, { prompt, onFirstAnswer, ...(angle === undefined ? {} : { angle }) });
  const [first, ...others] = angles;
  const ahead = ask(first, resolve);
  const ended = ahead.finally(resolve);
  await Promise.race([written, ended]);
  return Promise.all([ended, ...others.map((angle) => ask(angle, () => undefined))]);
}
