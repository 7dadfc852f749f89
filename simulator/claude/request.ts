// A request to the Messages API as the SDK sends it → parsed, or refused in the words of the API. What is not
// listed here is refused: a request that the real API might take differently must not pass unnoticed.
// Source: the types and comments of @anthropic-ai/sdk 1.12 (resources/messages/messages.d.ts).
import * as z from 'zod';

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  cache_control: cacheControl.nullish(),
  citations: z.null().optional(),
});
const toolUseBlock = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl.nullish(),
  caller: z.strictObject({ type: z.literal('direct') }).optional(),
});
const toolResultBlock = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl.nullish(),
});
const contentBlock = z.discriminatedUnion('type', [textBlock, toolUseBlock, toolResultBlock]);

const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string().min(1), z.array(contentBlock).min(1)]),
});

const tool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().optional(),
  cache_control: cacheControl.nullish(),
});

const counted = {
  model: z.string(),
  messages: z.array(message).min(1).max(100_000),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('auto'), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('any'), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({
        type: z.literal('tool'),
        name: z.string(),
        disable_parallel_tool_use: z.boolean().optional(),
      }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
  output_config: z
    .strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish() })
    .optional(),
};

/** Body of `POST /v1/messages/count_tokens`. */
export const countRequestSchema = z.strictObject(counted);

/** Body of `POST /v1/messages`. */
export const messageRequestSchema = z.strictObject({
  ...counted,
  max_tokens: z.int().positive(),
  stream: z.boolean().optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  stop_sequences: z.array(z.string()).optional(),
});

export type CountRequest = z.infer<typeof countRequestSchema>;
export type MessageRequest = z.infer<typeof messageRequestSchema>;
export type ContentBlock = z.infer<typeof contentBlock>;
export type Tool = z.infer<typeof tool>;
