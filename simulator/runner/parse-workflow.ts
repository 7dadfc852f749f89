// A workflow file → what the runner needs of it, read by GitHub's own parser. A file that GitHub would refuse is an
// error with the parser's words.
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';

export interface ParsedWorkflow {
  readonly path: string;
  readonly name: string;
  /** Event name → its configuration, such as `{types: ['nectr-review']}`. */
  readonly events: Readonly<Record<string, unknown>>;
  /** The top-level mapping by key, with its expressions not yet evaluated. */
  readonly root: ReadonlyMap<string, TemplateToken>;
}

export async function parseWorkflow(path: string, content: string): Promise<ParsedWorkflow> {
  const parser = await import('@actions/workflow-parser');
  const { context, value } = parser.parseWorkflow(
    { name: path, content },
    new parser.NoOperationTraceWriter(),
  );
  const errors = context.errors.getErrors().map((error) => error.message);
  if (errors.length > 0 || !value) throw new Error(`${path} is not a valid workflow: ${errors.join('; ')}`);
  const template = await parser.convertWorkflowTemplate(context, value);
  const wrong = template.errors?.map((error) => error.Message) ?? [];
  if (wrong.length > 0) throw new Error(`${path} is not a valid workflow: ${wrong.join('; ')}`);
  const root = readMapping(value);
  return { path, name: readText(root.get('name')) ?? path, events: template.events, root };
}

/** Keys and values of a mapping token; empty for anything else. */
export function readMapping(token: TemplateToken | undefined): Map<string, TemplateToken> {
  if (token?.templateTokenType !== MAPPING) return new Map();
  const pairs = token as unknown as Iterable<{ key: TemplateToken; value: TemplateToken }>;
  return new Map([...pairs].map(({ key, value }) => [readText(key) ?? '', value]));
}

/** What a scalar token says: its value, or an expression without its `${{ }}`. */
export function readText(token: TemplateToken | undefined): string | undefined {
  const { value, expression } = (token ?? {}) as { value?: unknown; expression?: string };
  return expression ?? (typeof value === 'string' ? value : undefined);
}

/** Items of a sequence token; empty for anything else. */
export function readSequence(token: TemplateToken | undefined): TemplateToken[] {
  return token?.templateTokenType === SEQUENCE ? [...(token as unknown as Iterable<TemplateToken>)] : [];
}

// TokenType of the parser's package, which does not export the enum.
export const SEQUENCE = 1;
export const MAPPING = 2;
export const BASIC_EXPRESSION = 3;
