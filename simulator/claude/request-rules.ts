// What the API refuses though the shape is right: rules that stand in its prose. Out: the message of the 400, or
// nothing.
import type { ContentBlock, CountRequest, Tool } from './request.ts';

/** At most this many `cache_control` marks in one request. */
const MAX_CACHE_BREAKPOINTS = 4;

/** Keywords that a `strict` tool's schema may not hold (platform.claude.com/docs/en/build-with-claude/structured-outputs). */
const NOT_STRICT = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];

export function findBrokenRule(request: CountRequest): string | undefined {
  return (
    breakpointRule(request) ?? toolRule(request.tools ?? [], request) ?? conversationRule(request.messages)
  );
}

function breakpointRule(request: CountRequest): string | undefined {
  const marks = JSON.stringify(request).match(/"cache_control":\{/g)?.length ?? 0;
  if (marks <= MAX_CACHE_BREAKPOINTS) return undefined;
  return `A maximum of ${MAX_CACHE_BREAKPOINTS} blocks with cache_control may be provided. Found ${marks}.`;
}

function toolRule(tools: readonly Tool[], { tool_choice: choice }: CountRequest): string | undefined {
  const names = tools.map(({ name }) => name);
  if (new Set(names).size !== names.length) return 'tools: Tool names must be unique.';
  if (choice?.type === 'tool' && !names.includes(choice.name)) {
    return `tool_choice.tool.name: Tool '${choice.name}' not found in provided tools.`;
  }
  for (const tool of tools) {
    const broken = tool.strict === true ? findLooseSchema(tool.input_schema, 'input_schema') : undefined;
    if (broken !== undefined) return `tools.${tool.name}.${broken}`;
  }
  return undefined;
}

function findLooseSchema(schema: unknown, path: string): string | undefined {
  if (Array.isArray(schema)) return firstOf(schema.map((part, at) => findLooseSchema(part, `${path}.${at}`)));
  if (typeof schema !== 'object' || schema === null) return undefined;
  const fields = schema as Readonly<Record<string, unknown>>;
  const keyword = NOT_STRICT.find(
    (name) => name in fields && !('properties' in fields && path.endsWith('.properties')),
  );
  if (keyword !== undefined)
    return `${path}: For '${String(fields['type'])}' type, property '${keyword}' is not supported`;
  if (fields['type'] === 'object' && fields['additionalProperties'] !== false) {
    return `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  }
  return firstOf(Object.entries(fields).map(([name, part]) => findLooseSchema(part, `${path}.${name}`)));
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((entry) => entry !== undefined);
}

function conversationRule(messages: CountRequest['messages']): string | undefined {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (messages.at(-1)?.role === 'assistant') return 'This model does not support assistant message prefill.';
  let open: string[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    const blocks: ContentBlock[] = typeof content === 'string' ? [] : content;
    const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    const missing = open.filter((id) => !answered.includes(id));
    if (missing.length > 0) {
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}.`;
    }
    const unasked = answered.find((id) => !open.includes(id));
    if (unasked !== undefined)
      return `messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unasked}.`;
    open =
      role === 'assistant' ? blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])) : [];
  }
  return undefined;
}
