// The tools of one call in the API's form: those that read, and the one that answers. Always in the same order, since a
// cached prefix begins with them.
import type Anthropic from '@anthropic-ai/sdk';
import * as z from 'zod';
import { READING_TOOLS } from '../prompts/tools.ts';

export type Taken<T> =
  | { readonly kind: 'taken'; readonly value: T }
  /** The reason goes back to Claude, which may answer again. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface AnswerTool<T> {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
  take(input: unknown): Promise<Taken<T>>;
  /** What several calls of one message say together; without it, the first counts. */
  join?(values: readonly T[]): T;
}

/** The schemas are sent with `strict`, which leaves out bounds: zod checks what comes back all the same. */
export function composeTools({
  name,
  description,
  schema,
}: Pick<AnswerTool<unknown>, 'name' | 'description' | 'schema'>): Anthropic.Tool[] {
  const all = [...READING_TOOLS, { name, description, input: schema }];
  return all.map((tool) => ({
    name: tool.name,
    description: tool.description,
    input_schema: composeSchema(tool.input),
    strict: true,
  }));
}

const composed = new WeakMap<z.ZodType, Anthropic.Tool.InputSchema>();

/** Once for each schema: it takes milliseconds, and every call of a conversation asks for the same. */
function composeSchema(input: z.ZodType): Anthropic.Tool.InputSchema {
  const known = composed.get(input);
  if (known) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' });
  const fresh = stripBounds(schema) as Anthropic.Tool.InputSchema;
  composed.set(input, fresh);
  return fresh;
}

/** `z.int()` adds the safe-integer bounds, which `strict` tools refuse. */
function stripBounds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(stripBounds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !['minimum', 'maximum', 'readOnly'].includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, stripBounds(value)]));
}
