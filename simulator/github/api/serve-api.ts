// One API request, in the order in which GitHub refuses: route, token, description, rights, then the work. Request
// and answer are both held against the published description.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Operation } from 'openapi-backend';
import type { Description } from '../openapi/open-description.ts';
import { findRepository, type Repository, type Token, type World } from '../world.ts';
import { notFound, Refusal, type Answer } from './call.ts';
import { acceptsFirst, type Faults } from './faults.ts';
import { OPERATIONS } from './operations.ts';

export interface ApiServer {
  readonly world: World;
  readonly description: Description;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** `/repos/{owner}/{repo}`, or empty when no operation fits. */
  readonly route: string;
  readonly login: string;
  status: number;
}

const PREFIX = '/api/v3';

export async function serveApi(
  server: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world } = server;
  const address = new URL(request.url ?? '/', world.url);
  const method = request.method ?? 'GET';
  const body = await text(request);
  const path = resolveById(world, address.pathname.slice(PREFIX.length) || '/');
  const headers = request.headers as Record<string, string>;
  const plain = { method, path, headers, query: Object.fromEntries(address.searchParams), body: undefined };
  const operation = server.description.match(plain);
  const token = readToken(world, request);
  const record: RecordedRequest = {
    method,
    path,
    route: operation?.path ?? '',
    login: token?.login ?? '',
    status: 0,
  };
  server.requests.push(record);
  const fault = operation && server.faults.take(method, operation.path);
  if (fault && !acceptsFirst(fault)) {
    record.status = showFault(fault, response);
    return;
  }
  const answer = await findAnswer(server, { method, path, address, headers, body, operation, token });
  record.status = answer.status;
  if (fault) record.status = showFault(fault, response);
  else sendAnswer(response, answer, token);
}

/** `/repositories/{id}/…` is not in the description, but it is where GitHub's redirects lead. */
function resolveById(world: World, path: string): string {
  const [, id, rest] = /^\/repositories\/(\d+)(.*)$/.exec(path) ?? [];
  const repository = world.repositories.find((candidate) => candidate.id === Number(id));
  return repository ? `/repos/${repository.fullName}${rest}` : path;
}

function readToken(world: World, request: IncomingMessage): Token | undefined {
  const [, value] = /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return value === undefined ? undefined : world.tokens.get(value);
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

async function findAnswer(server: ApiServer, request: ApiRequest): Promise<Answer> {
  const { world, description } = server;
  try {
    const answer = await carryOut(server, request);
    const problems = request.operation
      ? description.checkAnswer(answer.body, request.operation, answer.status)
      : [];
    if (problems.length === 0) return answer;
    const what = `${request.method} ${request.path}: its own answer does not fit the description: ${problems.join('; ')}`;
    world.violations.push(what);
    return { status: 500, body: { message: what } };
  } catch (error) {
    if (error instanceof Refusal) return error.toAnswer();
    world.violations.push(
      `${request.method} ${request.path}: the local GitHub itself failed: ${String(error)}`,
    );
    return { status: 500, body: { message: String(error) } };
  }
}

async function carryOut(server: ApiServer, request: ApiRequest): Promise<Answer> {
  const { world, description } = server;
  const { method, path, headers, operation, token } = request;
  const served = operation?.operationId === undefined ? undefined : OPERATIONS[operation.operationId];
  if (!operation || !served) {
    world.violations.push(`${method} ${path} is not served`);
    throw notFound();
  }
  if (!headers['user-agent'])
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  if (!token)
    throw new Refusal(401, headers['authorization'] ? 'Bad credentials' : 'Requires authentication');
  const parsed = parseBody(request.body);
  const query = Object.fromEntries(request.address.searchParams);
  const problems = description.checkRequest({ method, path, headers, query, body: parsed }, operation);
  if (problems.length > 0) {
    world.violations.push(`${method} ${path}: ${problems.join('; ')}`);
    throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
  }
  const params = readParams(operation.path, path);
  const repository = findVisible(world, token, params);
  const needed = served.needs;
  if (needed && !mayUse(token, needed.scope, needed.level)) throw denied(token);
  return served.handler({
    world,
    token,
    repository: repository as Repository,
    params,
    query: request.address.searchParams,
    body: (parsed ?? {}) as Record<string, unknown>,
    address: request.address,
  });
}

function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Refusal(400, 'Problems parsing JSON', [String(error)]);
  }
}

function readParams(template: string, path: string): Record<string, string> {
  const values = path.split('/');
  return Object.fromEntries(
    template
      .split('/')
      .flatMap((part, at) =>
        part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(values[at] ?? '')]] : [],
      ),
  );
}

/** 404 for what is not there or not to be seen; 301 to the id for a former name. */
function findVisible(
  world: World,
  token: Token,
  { owner, repo }: Record<string, string>,
): Repository | undefined {
  if (owner === undefined || repo === undefined) return undefined;
  const fullName = `${owner}/${repo}`;
  const moved = world.repositories.find((repository) => repository.formerNames.includes(fullName));
  const repository = findRepository(world, fullName);
  if (!repository && moved) throw new Moved(`${world.apiUrl}/repositories/${moved.id}`);
  const listed =
    token.repositories === undefined || (repository && token.repositories.includes(repository.fullName));
  if (!repository || !listed) throw notFound();
  return repository;
}

/** GitHub's redirect of a renamed repository, with the address to follow in body and header. */
class Moved extends Refusal {
  readonly url: string;

  constructor(url: string) {
    super(301, 'Moved Permanently');
    this.url = url;
  }

  override toAnswer(): Answer {
    return {
      status: 301,
      body: { message: this.message, url: this.url, documentation_url: 'https://docs.github.com/rest' },
      headers: { location: this.url },
    };
  }
}

function mayUse({ permissions }: Token, scope: keyof Token['permissions'], level: 'read' | 'write'): boolean {
  return level === 'read' ? permissions[scope] !== undefined : permissions[scope] === 'write';
}

function denied({ login }: Token): Refusal {
  const kind = login.endsWith('[bot]') ? 'integration' : 'personal access token';
  return new Refusal(403, `Resource not accessible by ${kind}`);
}

function showFault(fault: ReturnType<Faults['take']> & object, response: ServerResponse): number {
  if ('status' in fault) {
    response.writeHead(fault.status, { 'content-type': 'application/json; charset=utf-8', ...fault.headers });
    response.end(JSON.stringify(fault.body ?? { message: 'Server Error' }));
    return fault.status;
  }
  if ('reset' in fault) response.destroy();
  return 0; // a hanging request stays open until either side gives up
}

function sendAnswer(
  response: ServerResponse,
  { status, body, headers }: Answer,
  token: Token | undefined,
): void {
  if (token) token.requestsLeft -= 1;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(token?.requestsLeft ?? 0),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
