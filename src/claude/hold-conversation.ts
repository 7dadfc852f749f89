// An opening + tools → one typed answer, or why there is none. Claude may read code for a number of turns, bytes and money;
// then it is asked to close with what it has. Money for that closing call is kept back from the start.
import type Anthropic from '@anthropic-ai/sdk';
import type { Held } from '../plan/budget.ts';
import { allowCall, countBytes, keepBack, MAX_TURN_BYTES, type Asker } from './afford-call.ts';
import { costOfCall, worstCaseOfCall } from '../plan/prices.ts';
import type { Counted } from './call-cost.ts';
import type { CountRequest } from './count-tokens.ts';
import { markForCache } from './mark-for-cache.ts';
import { readStop } from './read-stop.ts';
import { send } from './send.ts';
import { composeTools, type AnswerTool } from './compose-tools.ts';
import type { ToolAnswer } from './read-code.ts';
import { addUsage, NO_USAGE, readUsage, type Usage } from './usage.ts';

export interface Conversation<T> {
  readonly model: string;
  readonly system: string;
  /** Parts of the first message; a cached prefix ends behind each that says so. */
  readonly opening: readonly { readonly text: string; readonly cached: boolean }[];
  readonly answer: AnswerTool<T>;
  readonly read: (name: string, input: unknown) => Promise<ToolAnswer>;
  /** Calls at most, the closing one included. */
  readonly maxTurns: number;
  readonly maxToolBytes: number;
  /** Called when the first answer is there: what it wrote to the cache can be read from now on. */
  readonly onFirstAnswer?: () => void;
}

export type Conversed<T> =
  | { readonly kind: 'answered'; readonly value: T; readonly usage: Usage }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** True when every further call would fail the same way: a bad key, an unknown model. */
      readonly final: boolean;
      readonly usage: Usage;
    }
  /** The money did not suffice for a single call. */
  | { readonly kind: 'over_budget'; readonly usage: Usage };

const MAX_WRONG_ANSWERS = 3;

export async function holdConversation<T>(
  asker: Asker,
  conversation: Conversation<T>,
): Promise<Conversed<T>> {
  const state: State<T> = {
    asker,
    conversation,
    messages: open(conversation),
    usage: NO_USAGE,
    before: undefined,
    toolBytes: 0,
    wrong: 0,
  };
  let closing: Held | undefined;
  try {
    for (let turn = 1; ; turn += 1) {
      closing?.settle(0);
      closing = await keepBack(asker, composeRequest(state), state.before);
      const mustClose =
        turn >= conversation.maxTurns ||
        closing === undefined ||
        state.toolBytes >= conversation.maxToolBytes;
      if (mustClose) closing?.settle(0);
      const step = await takeStep(state, mustClose, turn);
      if (step) return step;
    }
  } finally {
    closing?.settle(0);
  }
}

interface State<T> {
  readonly asker: Asker;
  readonly conversation: Conversation<T>;
  readonly messages: Anthropic.MessageParam[];
  usage: Usage;
  /** The last request, as the API counted it. */
  before: Counted | undefined;
  toolBytes: number;
  wrong: number;
}

function open({ opening }: Pick<Conversation<unknown>, 'opening'>): Anthropic.MessageParam[] {
  const content = opening.map(({ text, cached }): Anthropic.TextBlockParam => ({
    type: 'text',
    text,
    ...(cached ? { cache_control: { type: 'ephemeral' } } : {}),
  }));
  return [{ role: 'user', content }];
}

/** One call and what follows from it; undefined to go on. */
async function takeStep<T>(
  state: State<T>,
  mustClose: boolean,
  turn: number,
): Promise<Conversed<T> | undefined> {
  const { conversation, asker } = state;
  if (mustClose) askToClose(state);
  const request = composeRequest(state);
  const allowed = await allowCall(asker, request, state.before);
  if (!allowed) return { kind: 'over_budget', usage: state.usage };
  const { room, held } = allowed;
  const sent = await send(asker, { ...request, max_tokens: room }).finally(() => {
    if (asker.signal.aborted) held.settle(held.usd);
  });
  if (sent.kind === 'failed') {
    // A call that broke off may be charged all the same.
    held.settle(sent.wasCharged ? held.usd : 0);
    return { ...sent, usage: state.usage };
  }
  const usage = readUsage(sent.message.usage);
  const cost =
    costOfCall(conversation.model, usage) ??
    worstCaseOfCall(conversation.model, inputOf(usage), usage.output);
  held.settle(cost);
  state.before = { bytes: countBytes(request), tokens: inputOf(usage) };
  state.usage = addUsage(state.usage, {
    ...usage,
    calls: 1,
    costUsd: costOfCall(conversation.model, usage) ?? 0,
  });
  if (turn === 1) conversation.onFirstAnswer?.();
  return readMessage(state, sent.message, mustClose);
}

function composeRequest<T>({ conversation, messages }: State<T>): CountRequest {
  return {
    model: conversation.model,
    system: [{ type: 'text', text: conversation.system, cache_control: { type: 'ephemeral' } }],
    tools: composeTools(conversation.answer),
    messages,
  };
}

async function readMessage<T>(
  state: State<T>,
  message: Anthropic.Message,
  wasClosing: boolean,
): Promise<Conversed<T> | undefined> {
  const { conversation } = state;
  const stop = readStop(message);
  if (stop.kind === 'failed') return fail(state, stop.reason);
  const calls = message.content.filter((block) => block.type === 'tool_use');
  const answers = calls.filter(({ name }) => name === conversation.answer.name);
  const results: Anthropic.ContentBlockParam[] = [];
  const values: T[] = [];
  for (const call of answers) {
    const taken = await conversation.answer.take(call.input);
    if (taken.kind === 'taken') values.push(taken.value);
    const text = taken.kind === 'taken' ? 'Valid; submit it once more with the rest.' : taken.reason;
    results.push(toResult(call.id, { text, isError: taken.kind === 'refused' }));
  }
  const [value] = values.length > 1 && conversation.answer.join ? [conversation.answer.join(values)] : values;
  if (value !== undefined && values.length === answers.length) {
    return { kind: 'answered', value, usage: state.usage };
  }
  if (answers.length > 0 || calls.length === 0 || wasClosing) state.wrong += 1;
  if (state.wrong >= MAX_WRONG_ANSWERS) {
    return fail(state, `Claude gave no valid answer in ${MAX_WRONG_ANSWERS} attempts`);
  }
  let left = MAX_TURN_BYTES;
  for (const call of calls) {
    if (call.name === conversation.answer.name) continue;
    const { text, isError } =
      wasClosing || left <= 0 ? REFUSED : await conversation.read(call.name, call.input);
    left -= Buffer.byteLength(text);
    state.toolBytes += Buffer.byteLength(text);
    results.push(toResult(call.id, { text, isError }));
  }
  if (calls.length === 0)
    results.push({ type: 'text', text: `Answer by calling ${conversation.answer.name} exactly once.` });
  // What was thought before a tool call has to go back with it; the API refuses messages and texts that say nothing.
  const said = message.content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  if (said.length > 0) state.messages.push({ role: 'assistant', content: said });
  state.messages.push({ role: 'user', content: results });
  markForCache(state.messages);
  return undefined;
}

const REFUSED: ToolAnswer = { text: 'No more can be read in this turn.', isError: true };

function askToClose<T>({ messages, conversation }: State<T>): void {
  const last = messages.at(-1);
  if (last?.role !== 'user' || typeof last.content === 'string') return;
  const text = `No more can be read now. Call ${conversation.answer.name} now, with what you know.`;
  messages[messages.length - 1] = { ...last, content: [...last.content, { type: 'text', text }] };
}

function toResult(id: string, { text, isError }: ToolAnswer): Anthropic.ToolResultBlockParam {
  return { type: 'tool_result', tool_use_id: id, is_error: isError, content: text };
}

function fail<T>(state: State<T>, reason: string): Conversed<T> {
  return { kind: 'failed', reason, final: false, usage: state.usage };
}

function inputOf({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite;
}
