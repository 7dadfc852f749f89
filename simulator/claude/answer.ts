// What a script says → an answer of the Messages API: one JSON document, or the events of a stream.
import { randomUUID } from 'node:crypto';
import { toTokens, type InputTokens } from './prompt-cache.ts';

export type AnswerBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded';

export interface ScriptedMessage {
  readonly kind: 'message';
  readonly content: readonly AnswerBlock[];
  /** Left out: `tool_use` when a tool is used, else `end_turn`. */
  readonly stopReason?: StopReason;
  /** The connection is cut after this many events of the stream. */
  readonly cutAfterEvents?: number;
}

/** The message as the API sends it, whole. */
export function composeMessage(answer: ScriptedMessage, model: string, tokens: InputTokens) {
  const content = answer.content.map((block) =>
    block.type === 'text'
      ? { type: 'text' as const, text: block.text, citations: null }
      : { type: 'tool_use' as const, id: `toolu_${shortId()}`, caller: { type: 'direct' }, ...pick(block) },
  );
  const usesTool = content.some(({ type }) => type === 'tool_use');
  return {
    id: `msg_${shortId()}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: answer.stopReason ?? (usesTool ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: {
      input_tokens: tokens.input,
      cache_creation_input_tokens: tokens.written,
      cache_read_input_tokens: tokens.read,
      cache_creation: { ephemeral_5m_input_tokens: tokens.written, ephemeral_1h_input_tokens: 0 },
      output_tokens: toTokens(JSON.stringify(answer.content).length),
      output_tokens_details: null,
      inference_geo: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

type Message = ReturnType<typeof composeMessage>;
export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The same message as the events of a stream, text and tool input in small pieces. */
export function composeEvents(message: Message): StreamEvent[] {
  const { content, stop_reason, stop_sequence, stop_details, usage, ...head } = message;
  const started = { ...head, content: [], stop_reason: null, stop_sequence: null, stop_details: null };
  return [
    { type: 'message_start', message: { ...started, usage: { ...usage, output_tokens: 1 } } },
    { type: 'ping' },
    ...content.flatMap((block, index) => composeBlockEvents(block, index)),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence, stop_details, container: null },
      usage: { ...usage },
    },
    { type: 'message_stop' },
  ];
}

const PIECE_CHARACTERS = 400;

function composeBlockEvents(block: Message['content'][number], index: number): StreamEvent[] {
  const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
  const whole = block.type === 'text' ? block.text : JSON.stringify(block.input);
  const pieces = whole.match(new RegExp(`[\\s\\S]{1,${PIECE_CHARACTERS}}`, 'g')) ?? [];
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...pieces.map((piece) => ({
      type: 'content_block_delta',
      index,
      delta:
        block.type === 'text'
          ? { type: 'text_delta', text: piece }
          : { type: 'input_json_delta', partial_json: piece },
    })),
    { type: 'content_block_stop', index },
  ];
}

function pick({ name, input }: Extract<AnswerBlock, { type: 'tool_use' }>) {
  return { name, input };
}

function shortId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 24);
}
