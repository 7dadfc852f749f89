// Tokens and expressions + contexts → plain values, by GitHub's own expression engine.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import {
  BASIC_EXPRESSION,
  MAPPING,
  readMapping,
  readSequence,
  readText,
  SEQUENCE,
} from './parse-workflow.ts';

/** Values of `github`, `inputs`, `secrets`, … by context name. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Evaluates one expression, without `${{ }}` around it. */
export function evaluateExpression(expression: string, contexts: Contexts, succeeded = true): unknown {
  const functions = statusFunctions(succeeded);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = toData(contexts) as data.Dictionary;
  const named = new Map(functions.map((definition) => [definition.name, definition]));
  return fromData(new Evaluator(tree, context, named).evaluate());
}

/** Evaluates a whole tree of tokens: mappings to objects, sequences to arrays, scalars to what they say. */
export function evaluateToken(token: TemplateToken | undefined, contexts: Contexts): unknown {
  if (!token) return undefined;
  switch (token.templateTokenType) {
    case SEQUENCE:
      return readSequence(token).map((item) => evaluateToken(item, contexts));
    case MAPPING:
      return Object.fromEntries(
        [...readMapping(token)].map(([key, value]) => [key, evaluateToken(value, contexts)]),
      );
    case BASIC_EXPRESSION:
      return evaluateExpression(readText(token) ?? '', contexts);
    default:
      return (token as unknown as { value?: unknown }).value ?? null;
  }
}

/** Evaluates text that may hold `${{ }}`, as in the defaults of action.yml. */
export function evaluateText(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    asText(evaluateExpression(expression, contexts)),
  );
}

/** How GitHub writes a value into text: null as nothing. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How GitHub reads a value as a condition. */
export function isTruthy(value: unknown): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null && value !== undefined;
}

function statusFunctions(succeeded: boolean): FunctionDefinition[] {
  const answers: Readonly<Record<string, boolean>> = {
    always: true,
    success: succeeded,
    failure: !succeeded,
    cancelled: false,
  };
  return Object.entries(answers).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
}

function toData(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver) as data.ExpressionData;
}

function fromData(value: data.ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}
