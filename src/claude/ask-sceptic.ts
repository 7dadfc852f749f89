// Placed findings → verdicts of an independent sceptic, whose evidence our code has found in the files. One conversation for
// each finding, or with little effort one for several.
import pMap from 'p-map';
import * as z from 'zod';
import { holdsQuote } from '../findings/find-quote.ts';
import type { PlacedFinding } from '../findings/place-findings.ts';
import { verdictsSchema, type Verdict } from '../findings/verdict.ts';
import { composeScepticBackground, composeScepticTask, SCEPTIC_SYSTEM } from '../prompts/sceptic.ts';
import type { PullRequestText } from '../prompts/reviewer.ts';
import type { Reader } from './ask-reviewer.ts';
import type { AnswerTool, Taken } from './compose-tools.ts';
import type { Asker } from './afford-call.ts';
import { holdConversation } from './hold-conversation.ts';
import { readCode, type Code } from './read-code.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

export interface Scepticism {
  readonly verdicts: readonly Verdict[];
  /** Why there is no verdict on some findings; each reason once. */
  readonly failures: readonly string[];
  readonly usage: Usage;
}

const CONCURRENCY = 4;
const MAX_TURNS = { thorough: 10, cheap: 5 };
const MAX_TOOL_BYTES = { thorough: 120_000, cheap: 60_000 };
const CHEAP_GROUP = 10;

export async function askSceptic(
  asker: Asker,
  reader: Reader,
  pull: PullRequestText,
  findings: readonly PlacedFinding[],
  depth: 'thorough' | 'cheap',
): Promise<Scepticism> {
  const background = composeScepticBackground(pull, findings);
  const size = depth === 'cheap' ? CHEAP_GROUP : 1;
  const groups = Array.from({ length: Math.ceil(findings.length / size) }, (_, at) =>
    findings.slice(at * size, (at + 1) * size),
  );
  const ask = (asked: readonly PlacedFinding[]) =>
    holdConversation(asker, {
      model: reader.model,
      system: SCEPTIC_SYSTEM,
      opening: [
        { text: background, cached: true },
        { text: composeScepticTask(asked, reader.code.files), cached: false },
      ],
      answer: composeVerdictTool(reader.code, asked),
      read: (name, input) => readCode(reader.code, name, input),
      maxTurns: MAX_TURNS[depth],
      maxToolBytes: MAX_TOOL_BYTES[depth],
    });
  // The first alone: it writes what the others share to the cache.
  const first = await pMap(groups.slice(0, 1), ask);
  const answers = [...first, ...(await pMap(groups.slice(1), ask, { concurrency: CONCURRENCY }))];
  const failures = answers.flatMap((answer) =>
    answer.kind === 'failed'
      ? [answer.reason]
      : answer.kind === 'over_budget'
        ? ['the budget was used up']
        : [],
  );
  return {
    verdicts: answers.flatMap((answer) => (answer.kind === 'answered' ? answer.value : [])),
    failures: [...new Set(failures)],
    usage: answers.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  };
}

function composeVerdictTool(code: Code, asked: readonly PlacedFinding[]): AnswerTool<readonly Verdict[]> {
  return {
    name: 'submit_verdicts',
    description: 'Submits the verdict on each finding that was asked about. Call it exactly once.',
    schema: verdictsSchema,
    take: async (input): Promise<Taken<readonly Verdict[]>> => {
      const parsed = verdictsSchema.safeParse(input);
      if (!parsed.success)
        return { kind: 'refused', reason: `The input is not valid: ${z.prettifyError(parsed.error)}` };
      const { verdicts } = parsed.data;
      const missing = asked.filter(({ id }) => verdicts.filter((verdict) => verdict.id === id).length !== 1);
      if (missing.length > 0) {
        return {
          kind: 'refused',
          reason: `Give exactly one verdict on ${missing.map(({ id }) => id).join(', ')}.`,
        };
      }
      const ids = new Set(asked.map(({ id }) => id));
      const own = verdicts.filter(({ id }) => ids.has(id));
      const unproven = await findUnproven(code, own);
      if (unproven.length === 0) return { kind: 'taken', value: own };
      return {
        kind: 'refused',
        reason: `The evidence for ${unproven.join(', ')} was not found. Quote whole lines exactly, from the file that you name.`,
      };
    },
  };
}

async function findUnproven(code: Code, verdicts: readonly Verdict[]): Promise<string[]> {
  const unproven: string[] = [];
  for (const { id, evidence } of verdicts) {
    const found = await Promise.all(evidence.map(({ path, quote }) => isFound(code, path, quote)));
    if (!found.includes(true)) unproven.push(id);
  }
  return unproven;
}

/** At the head, or among the lines that the change has deleted. */
async function isFound({ tree, files }: Code, path: string, quote: string): Promise<boolean> {
  // What cannot be read proves nothing; the sceptic is told that it was not found.
  const file = await tree.readFile(path).catch(() => undefined);
  if (file?.kind === 'text' && holdsQuote(file.text, quote)) return true;
  const hunks = files.find((candidate) => candidate.path === path)?.hunks ?? [];
  return hunks.some(({ lines }) => {
    const before = lines.flatMap((line) => (line.kind === 'added' ? [] : [line.text]));
    return holdsQuote(before.join('\n'), quote);
  });
}
