// An answer → HTTP: GitHub's headers on each, an ETag on what was read, and 304 for who has it already.
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Token, World } from '../world.ts';
import type { Answer } from './call.ts';
import { composeRateHeaders } from './rate-limit.ts';

/** Returns the status sent. A 304 does not count against the rate limit. */
export function sendAnswer(
  { rateLimits }: World,
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
  token: Token | undefined,
): number {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const isRead = request.method === 'GET' && status === 200;
  const unchanged = isRead && request.headers['if-none-match'] === etag;
  if (unchanged && token) token.used -= 1;
  response.writeHead(unchanged ? 304 : status, {
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...(isRead ? { etag } : {}),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': String(request.headers['x-github-api-version'] ?? '2022-11-28'),
    'x-github-request-id': randomUUID(),
    ...(rateLimits ? composeRateHeaders(token) : {}),
    ...headers,
  });
  response.end(unchanged ? undefined : text);
  return unchanged ? 304 : status;
}
