// One prompt → findings, or a failure with its reason. Claude answers through the tool `submit_findings` only;
// an answer in another form is told so and asked again, a few times at most.
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { findingsSchema, type Finding } from '../findings/finding.ts';
import { explainFailure } from './explain-failure.ts';
import { addTokens, NO_TOKENS, readUsage, type TokenUsage } from './usage.ts';

export interface Question {
  readonly model: string;
  readonly system: string;
  readonly prompt: string;
}

export type ReviewerAnswer =
  | { readonly kind: 'findings'; readonly findings: readonly Finding[]; readonly usage: TokenUsage }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** True when every further call would fail the same way: a bad key, an unknown model. */
      readonly final: boolean;
      readonly usage: TokenUsage;
    };

const TOOL_NAME = 'submit_findings';

/** The schema is sent with `strict`, which leaves out bounds: zod checks what comes back all the same. */
const submitFindings: Anthropic.Tool = {
  name: TOOL_NAME,
  description:
    'Submits the result of the review: every problem found, or an empty list. Call it exactly once.',
  input_schema: inputSchema(),
  strict: true,
};

/** Room for thinking and for some fifty findings; longer answers are cut by the API and then refused here. */
const MAX_OUTPUT_TOKENS = 32_000;
const MAX_TURNS = 3;

export async function askReviewer(client: Anthropic, question: Question): Promise<ReviewerAnswer> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question.prompt }];
  let usage = NO_TOKENS;
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    const sent = await send(client, question, messages);
    if (sent.kind === 'failed') return { ...sent, usage };
    usage = addTokens(usage, readUsage(sent.message.usage));
    const read = readAnswer(sent.message);
    if (read.kind === 'findings') return { ...read, usage };
    if (read.kind === 'failed') return { ...read, final: false, usage };
    messages.push(
      { role: 'assistant', content: sent.message.content },
      { role: 'user', content: [...read.reply] },
    );
  }
  return { kind: 'failed', reason: `Claude gave no valid answer in ${MAX_TURNS} turns`, final: false, usage };
}

type Sent =
  | { readonly kind: 'message'; readonly message: Anthropic.Message }
  | { readonly kind: 'failed'; readonly reason: string; readonly final: boolean };

async function send(
  client: Anthropic,
  question: Question,
  messages: Anthropic.MessageParam[],
): Promise<Sent> {
  try {
    // Streamed: a long answer would otherwise run into the time limits of what stands between.
    const stream = client.messages.stream({
      model: question.model,
      max_tokens: MAX_OUTPUT_TOKENS,
      system: [{ type: 'text', text: question.system, cache_control: { type: 'ephemeral' } }],
      tools: [submitFindings],
      messages,
    });
    return { kind: 'message', message: await stream.finalMessage() };
  } catch (error) {
    return { kind: 'failed', ...explainFailure(error) };
  }
}

type ReadAnswer =
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  | { readonly kind: 'ask_again'; readonly reply: readonly Anthropic.ContentBlockParam[] }
  | { readonly kind: 'failed'; readonly reason: string };

function readAnswer(message: Anthropic.Message): ReadAnswer {
  switch (message.stop_reason) {
    case 'max_tokens':
      return { kind: 'failed', reason: `Claude's answer was cut off at ${MAX_OUTPUT_TOKENS} tokens` };
    case 'refusal':
      return { kind: 'failed', reason: 'Claude declined to review this code' };
    case 'model_context_window_exceeded':
      return { kind: 'failed', reason: "this part of the change does not fit Claude's context window" };
    case 'end_turn':
    case 'tool_use':
    case 'stop_sequence':
    case 'pause_turn':
      return readToolUse(message);
    case null:
      return { kind: 'failed', reason: "Claude's answer ended without a reason" };
    default:
      return {
        kind: 'failed',
        reason: `Claude stopped for an unknown reason: ${String(message.stop_reason)}`,
      };
  }
}

function readToolUse(message: Anthropic.Message): ReadAnswer {
  const calls = message.content.filter((block) => block.type === 'tool_use');
  const parsed = calls.map((call) => findingsSchema.safeParse(call.input));
  if (calls.length === 0) {
    return {
      kind: 'ask_again',
      reply: [{ type: 'text', text: `Answer by calling ${TOOL_NAME} exactly once.` }],
    };
  }
  const good = parsed.flatMap((result) => (result.success ? [result.data.findings] : []));
  if (good.length === calls.length) return { kind: 'findings', findings: good.flat() };
  const reply = calls.map((call, at): Anthropic.ToolResultBlockParam => {
    const error = parsed[at]?.error;
    const content = error
      ? `The input is not valid: ${z.prettifyError(error)}`
      : 'Valid; submit it once more with the rest.';
    return { type: 'tool_result', tool_use_id: call.id, is_error: error !== undefined, content };
  });
  return { kind: 'ask_again', reply };
}

function inputSchema(): Anthropic.Tool.InputSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(findingsSchema, { io: 'input' });
  return stripBounds(schema) as Anthropic.Tool.InputSchema;
}

/** `z.int()` adds the safe-integer bounds, which `strict` tools refuse. */
function stripBounds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(stripBounds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !['minimum', 'maximum', 'readOnly'].includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, stripBounds(value)]));
}
