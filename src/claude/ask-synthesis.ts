// Findings of several reviewers of the same change → the same without those that one fix would mend together.
import * as z from 'zod';
import type { PlacedFinding } from '../findings/place-findings.ts';
import { synthesisSchema, type Synthesis } from '../findings/verdict.ts';
import { composeSynthesisPrompt, SYNTHESIS_SYSTEM } from '../prompts/synthesis.ts';
import type { Reader } from './ask-reviewer.ts';
import type { Asker } from './afford-call.ts';
import { holdConversation, type Conversed } from './hold-conversation.ts';
import { readCode } from './read-code.ts';

export function askSynthesis(
  asker: Asker,
  reader: Reader,
  findings: readonly PlacedFinding[],
): Promise<Conversed<Synthesis>> {
  return holdConversation(asker, {
    model: reader.model,
    system: SYNTHESIS_SYSTEM,
    opening: [{ text: composeSynthesisPrompt(findings), cached: false }],
    answer: {
      name: 'submit_synthesis',
      description: 'Submits which findings are one. Call it exactly once.',
      schema: synthesisSchema,
      take: (input) => {
        const parsed = synthesisSchema.safeParse(input);
        return Promise.resolve(
          parsed.success
            ? { kind: 'taken', value: parsed.data }
            : { kind: 'refused', reason: `The input is not valid: ${z.prettifyError(parsed.error)}` },
        );
      },
    },
    read: (name, input) => readCode(reader.code, name, input),
    maxTurns: 3,
    maxToolBytes: 30_000,
  });
}
