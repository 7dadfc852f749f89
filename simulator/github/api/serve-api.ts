// One API request, in the order in which GitHub refuses: route, headers, token, budget, description, rights, then the
// work. Request and answer are both held against the published description.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Operation } from 'openapi-backend';
import type { Description } from '../openapi/open-description.ts';
import { trackWork, type Repository, type Token, type World } from '../world.ts';
import { findVisible, readToken, requirePermission } from './access.ts';
import { describePath, readParams } from './address.ts';
import { BrokenRule, Refusal, type Answer } from './call.ts';
import { acceptsFirst, showFault, type Faults } from './faults.ts';
import { checkHeaders } from './headers.ts';
import { OPERATIONS } from './operations.ts';
import { spendRequest } from './rate-limit.ts';
import { sendAnswer } from './send-answer.ts';

export interface ApiServer {
  readonly world: World;
  readonly description: Description;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
}

/** A request that came, without the token that was its right. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** `/repos/{owner}/{repo}`, or empty when no operation fits. */
  readonly route: string;
  readonly body: string;
  /** Account of the token; empty without one. */
  readonly login: string;
  /** 0 while it has none: open, or cut. */
  status: number;
}

interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly address: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly operation: Operation | undefined;
  readonly token: Token | undefined;
}

const PREFIX = '/api/v3';

export async function serveApi(
  server: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, faults } = server;
  const asked = await readRequest(server, request);
  const { method, path, address, operation, token } = asked;
  const record: RecordedRequest = {
    method,
    path: decodeURIComponent(path),
    query: address.search.slice(1),
    route: operation?.path ?? '',
    body: asked.body,
    login: token?.login ?? '',
    status: 0,
  };
  server.requests.push(record);
  const fault = operation && faults.take(method, operation.path);
  if (fault && !acceptsFirst(fault)) {
    const shown = await showFault(fault, response);
    if (shown !== undefined) {
      record.status = shown;
      return;
    }
  }
  const answer = await findAnswer(server, asked);
  if (answer.afterwards) trackWork(world, whenClosed(response).then(answer.afterwards));
  const shown = fault && acceptsFirst(fault) ? await showFault(fault, response) : undefined;
  record.status = shown ?? sendAnswer(world, request, response, answer, token);
}

async function readRequest(server: ApiServer, request: IncomingMessage): Promise<ApiRequest> {
  const address = new URL(request.url ?? '/', server.world.url);
  const method = request.method ?? 'GET';
  const path = describePath(server.world, address.pathname.slice(PREFIX.length) || '/');
  const headers = request.headers as Record<string, string>;
  return {
    method,
    path,
    address,
    headers,
    body: await text(request),
    operation: server.description.match({ method, path, headers, query: {}, body: undefined }),
    token: readToken(server.world, request),
  };
}

async function whenClosed(response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise((resolve) => response.once('close', resolve));
}

async function findAnswer(server: ApiServer, request: ApiRequest): Promise<Answer> {
  const { world, description } = server;
  const what = `${request.method} ${request.path}`;
  let answer: Answer;
  try {
    answer = await carryOut(server, request);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      world.violations.push(`${what}: the local GitHub itself failed: ${String(error)}`);
      return { status: 500, body: { message: String(error) } };
    }
    answer = error.toAnswer();
    if (error instanceof BrokenRule) {
      const details = error.errors?.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
      world.violations.push(`${what}: ${[error.message, ...(details ?? [])].join(': ')}`);
    }
  }
  if (!request.operation || typeof answer.body === 'string') return answer;
  // What is sent is what is checked: 64-bit ids and left-out fields are as a client reads them.
  const sent: unknown = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
  const problems = description.checkAnswer(sent, request.operation, answer.status);
  if (problems.length === 0) return answer;
  const message = `${what}: its own answer does not fit the description: ${problems.join('; ')}`;
  world.violations.push(message);
  return { status: 500, body: { message } };
}

async function carryOut({ world, description }: ApiServer, request: ApiRequest): Promise<Answer> {
  const { method, path, headers, operation, token, address } = request;
  const served = operation?.operationId === undefined ? undefined : OPERATIONS[operation.operationId];
  // 501 and not 404: a client may take a 404 for an answer.
  if (!operation || !served) throw new BrokenRule(501, `The local GitHub does not serve ${method} ${path}`);
  checkHeaders(headers);
  if (!token) {
    throw headers['authorization'] === undefined
      ? new BrokenRule(401, 'Requires authentication')
      : new Refusal(401, 'Bad credentials');
  }
  if (world.rateLimits && operation.operationId !== 'rate-limit/get') spendRequest(token);
  const body = parseBody(request.body);
  const query = Object.fromEntries(address.searchParams);
  const problems = description.checkRequest({ method, path, headers, query, body }, operation);
  const params = readParams(operation.path, path);
  const repository = findAllowed(world, token, request, served.needs, params);
  if (problems.length > 0) throw new BrokenRule(422, `Invalid request.\n\n${problems.join('\n')}`);
  return served.handler({
    world,
    token,
    repository: repository as Repository,
    params,
    query: address.searchParams,
    body: (body ?? {}) as Record<string, unknown>,
    address,
  });
}

function findAllowed(
  world: World,
  token: Token,
  { path, address }: ApiRequest,
  needs: (typeof OPERATIONS)[string]['needs'],
  { owner, repo }: Record<string, string>,
): Repository | undefined {
  if (owner === undefined || repo === undefined) return undefined;
  const rest = path
    .split('/')
    .slice(4)
    .map((part) => `/${part}`)
    .join('');
  const repository = findVisible(world, token, `${owner}/${repo}`, `${rest}${address.search}`);
  if (needs) requirePermission(world, token, repository, needs);
  return repository;
}

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new BrokenRule(400, 'Problems parsing JSON');
  }
}
