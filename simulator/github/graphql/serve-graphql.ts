// The little of GitHub's GraphQL API that is served: threads of a pull request, and resolving one. It knows exactly these two
// documents by their names; anything else is refused and listed as a violation.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { covers, readToken } from '../api/access.ts';
import { acceptsFirst, showFault, type Fault } from '../api/faults.ts';
import type { ApiServer, RecordedRequest } from '../api/serve-api.ts';
import { findRepository, type PullRequest, type ReviewComment, type Token, type World } from '../world.ts';

const requestSchema = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()),
});

/** Named as the fields of the schema are (docs.github.com/graphql), so that a wrong name is seen. */
const THREADS_FIELDS =
  /^query Threads\(\$owner: String!, \$repo: String!, \$number: Int!, \$after: String\) \{ repository\(owner: \$owner, name: \$repo\) \{ pullRequest\(number: \$number\) \{ reviewThreads\(first: 100, after: \$after\) \{ pageInfo \{ hasNextPage endCursor \} nodes \{ id isResolved resolvedBy \{ login \} comments\(first: 1\) \{ nodes \{ databaseId body author \{ login \} reactions\(first: 20, content: THUMBS_DOWN\) \{ nodes \{ user \{ login \} \} \} \} \} \} \} \} \} \}$/;
const RESOLVE_FIELDS =
  /^mutation Resolve\(\$threadId: ID!\) \{ resolveReviewThread\(input: \{ threadId: \$threadId \}\) \{ thread \{ isResolved \} \} \}$/;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly type: string; readonly message: string }[];
}

export async function serveGraphql(
  { world, requests, faults }: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = readToken(world, request);
  const parsed = requestSchema.safeParse(await json(request));
  const body = parsed.success ? JSON.stringify(parsed.data) : '';
  const record = {
    method: 'POST',
    path: '/graphql',
    query: '',
    route: '/graphql',
    body,
    login: token?.login ?? '',
    status: 200,
  };
  requests.push(record);
  const fault = faults.take('POST', '/graphql');
  if (fault && !acceptsFirst(fault) && (await isShown(fault, response, record))) return;
  if (!token) {
    record.status = 401;
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}');
    return;
  }
  const answer = parsed.success
    ? carryOut(world, token, parsed.data)
    : refuse(world, 'the request has another form');
  if (fault && acceptsFirst(fault) && (await isShown(fault, response, record))) return;
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

async function isShown(fault: Fault, response: ServerResponse, record: RecordedRequest): Promise<boolean> {
  const shown = await showFault(fault, response);
  if (shown !== undefined) record.status = shown;
  return shown !== undefined;
}

function carryOut(world: World, token: Token, { query, variables }: z.infer<typeof requestSchema>): Answer {
  const flat = query.replaceAll(/\s+/g, ' ').trim();
  if (THREADS_FIELDS.test(flat)) return listThreads(world, token, variables);
  if (RESOLVE_FIELDS.test(flat)) return resolveThread(world, token, variables);
  return refuse(world, `unknown document ${flat.slice(0, 60)}`);
}

function refuse(world: World, message: string): Answer {
  world.violations.push(`GraphQL: ${message}`);
  return { errors: [{ type: 'undefinedField', message }] };
}

function listThreads(world: World, token: Token, variables: Readonly<Record<string, unknown>>): Answer {
  const asked = z
    .object({ owner: z.string(), repo: z.string(), number: z.int(), after: z.string().nullable() })
    .parse(variables);
  const repository = findRepository(world, `${asked.owner}/${asked.repo}`);
  const pull = repository?.pulls.find(({ number }) => number === asked.number);
  if (!repository || !pull || !covers(token, repository)) {
    return {
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a Repository.' }],
    };
  }
  const firsts = pull.comments.filter(({ inReplyTo }) => inReplyTo === undefined);
  const start = Number(asked.after ?? 0);
  const page = firsts.slice(start, start + 100);
  const hasNextPage = start + 100 < firsts.length;
  const pageInfo = { hasNextPage, endCursor: hasNextPage ? String(start + 100) : null };
  return {
    data: { repository: { pullRequest: { reviewThreads: { pageInfo, nodes: page.map(presentThread) } } } },
  };
}

function presentThread(comment: ReviewComment) {
  const reactions = comment.reactions.filter(({ content }) => content === '-1');
  return {
    id: `PRRT_${comment.id}`,
    isResolved: comment.resolvedBy !== undefined,
    resolvedBy: comment.resolvedBy === undefined ? null : nameUser(comment.resolvedBy),
    comments: {
      nodes: [
        {
          databaseId: comment.id,
          body: comment.body,
          author: nameUser(comment.author),
          reactions: { nodes: reactions.map(({ login }) => ({ user: { login } })) },
        },
      ],
    },
  };
}

/** A bot has no `[bot]` at the end of its login here. */
function nameUser(login: string): { readonly login: string } {
  return { login: login.replace(/\[bot\]$/, '') };
}

/** Needs Contents: write for a token of a job (community/discussions#44650). */
function resolveThread(world: World, token: Token, variables: Readonly<Record<string, unknown>>): Answer {
  const id = z.string().parse(variables['threadId']);
  if (token.permissions.contents !== 'write') {
    return {
      data: { resolveReviewThread: null },
      errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
    };
  }
  const found = findThread(world, id);
  if (!found)
    return {
      errors: [{ type: 'NOT_FOUND', message: `Could not resolve to a node with the global id of '${id}'.` }],
    };
  found.resolvedBy ??= token.login;
  return { data: { resolveReviewThread: { thread: { isResolved: true } } } };
}

function findThread(world: World, id: string): ReviewComment | undefined {
  const pulls = world.repositories.flatMap((repository): PullRequest[] => repository.pulls);
  return pulls.flatMap(({ comments }) => comments).find((comment) => `PRRT_${comment.id}` === id);
}
