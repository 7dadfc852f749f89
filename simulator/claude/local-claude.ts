// A local stand-in for the Claude API, stricter than the real one: it speaks the Messages API as the SDK sends it and
// answers by script. What it does not know it refuses, and remembers as a violation.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { composeEvents, composeMessage, type ScriptedMessage } from './answer.ts';
import { PromptCache } from './prompt-cache.ts';
import { countRequestSchema, messageRequestSchema, type MessageRequest } from './request.ts';
import { findBrokenRule } from './request-rules.ts';

/** An error of the API, such as 429 `rate_limit_error` or 529 `overloaded_error`. */
export interface ScriptedError {
  readonly kind: 'error';
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** In: the request, how many came before it, and when it came (`performance.now()`). Out: the answer, at once or later. */
export type Script = (
  request: MessageRequest,
  index: number,
  cameAt: number,
) => ScriptedMessage | ScriptedError | Promise<ScriptedMessage | ScriptedError>;

export interface LocalClaude {
  readonly url: string;
  /** Every request that was well-formed, in order. */
  readonly requests: readonly MessageRequest[];
  /** Every request that broke the API's description, and how. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

export interface LocalClaudeOptions {
  readonly apiKey: string;
  readonly script: Script;
}

/** Models of the SDK's type, and what is named after one of them. */
const MODELS = /^claude-(fable|mythos|haiku|sonnet|opus)-\d/;
const VERSION = '2026-10-21';

export async function startLocalClaude(options: LocalClaudeOptions): Promise<LocalClaude> {
  const state: State = { ...options, cache: new PromptCache(), requests: [], violations: [] };
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      state.violations.push(`the local Claude itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: state.requests,
    violations: state.violations,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface State extends LocalClaudeOptions {
  readonly cache: PromptCache;
  readonly requests: MessageRequest[];
  readonly violations: string[];
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const cameAt = performance.now();
  const body = await text(request);
  const refused = refuseHeaders(state, request);
  if (refused) {
    sendError(response, refused);
    return;
  }
  if (request.url === '/v1/messages/count_tokens') {
    answerCount(state, body, response);
    return;
  }
  const parsed = parse(state, messageRequestSchema, body);
  if (parsed.kind === 'error') sendError(response, parsed);
  else await answerMessage(state, parsed.value, cameAt, response);
}

function refuseHeaders(state: State, { method, url, headers }: IncomingMessage): ScriptedError | undefined {
  if (headers.authorization !== `Bearer ${state.apiKey}`) {
    return apiError(401, 'authentication_error', 'invalid x-api-key');
  }
  if (method !== 'POST' || (url !== '/v1/messages' && url !== '/v1/messages/count_tokens')) {
    return violation(state, apiError(404, 'not_found_error', `Not found: ${method} ${url}`));
  }
  if (headers['anthropic-version'] !== VERSION) {
    return violation(
      state,
      invalid(`anthropic-version: ${headers['anthropic-version']?.toString() ?? 'header is required'}`),
    );
  }
  if (headers['content-type'] !== 'application/json') {
    return violation(state, invalid('content-type: must be application/json'));
  }
  return headers['anthropic-beta'] === undefined
    ? undefined
    : violation(state, invalid(`anthropic-beta: Unexpected value ${headers['anthropic-beta'].toString()}`));
}

type Parsed<T> = { readonly kind: 'parsed'; readonly value: T } | ScriptedError;

function parse<T extends z.infer<typeof countRequestSchema>>(
  state: State,
  schema: z.ZodType<T>,
  body: string,
): Parsed<T> {
  const result = z.string().transform(parseJson).pipe(schema).safeParse(body);
  if (!result.success) return violation(state, invalid(z.prettifyError(result.error)));
  const broken = findBrokenRule(result.data);
  if (broken !== undefined) return violation(state, invalid(broken));
  if (!MODELS.test(result.data.model)) return apiError(404, 'not_found_error', `model: ${result.data.model}`);
  return { kind: 'parsed', value: result.data };
}

function parseJson(body: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    context.issues.push({
      code: 'custom',
      message: `The request body is not valid JSON: ${String(error)}`,
      input: body,
    });
    return z.NEVER;
  }
}

function answerCount(state: State, body: string, response: ServerResponse): void {
  const parsed = parse(state, countRequestSchema, body);
  if (parsed.kind === 'error') {
    sendError(response, parsed);
    return;
  }
  const { input, written, read } = new PromptCache().measure(parsed.value);
  sendJson(response, 200, { input_tokens: input + written + read });
}

async function answerMessage(
  state: State,
  request: MessageRequest,
  cameAt: number,
  response: ServerResponse,
): Promise<void> {
  state.requests.push(request);
  const tokens = state.cache.measure(request);
  const scripted = await state.script(request, state.requests.length - 1, cameAt);
  if (scripted.kind === 'error') {
    sendError(response, scripted);
    return;
  }
  tokens.commit();
  const message = composeMessage(scripted, request.model, tokens);
  if (request.stream !== true) {
    sendJson(response, 200, message);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_local' });
  const events = composeEvents(message);
  for (const event of events.slice(0, scripted.cutAfterEvents ?? events.length)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  if (scripted.cutAfterEvents === undefined) response.end();
  else setImmediate(() => response.destroy());
}

function apiError(status: number, type: string, message: string): ScriptedError {
  return { kind: 'error', status, type, message };
}

function invalid(message: string): ScriptedError {
  return apiError(400, 'invalid_request_error', message);
}

function violation(state: State, error: ScriptedError): ScriptedError {
  state.violations.push(`${error.status} ${error.type}: ${error.message}`);
  return error;
}

function sendError(response: ServerResponse, { status, type, message, headers }: ScriptedError): void {
  sendJson(response, status, { type: 'error', error: { type, message }, request_id: 'req_local' }, headers);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_local', ...headers });
  response.end(JSON.stringify(body));
}
