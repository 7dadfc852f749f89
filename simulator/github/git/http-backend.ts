// git over smart HTTP by the real `git http-backend`, for reading only. In: a request below `/{owner}/{repo}.git/`.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GIT_ENVIRONMENT } from './run-git.ts';

export interface GitRequest {
  readonly gitDir: string;
  /** `/info/refs`, `/git-upload-pack`. */
  readonly path: string;
  readonly query: string;
}

/** True for what a client may ask here: everything of a fetch, nothing of a push. */
export function isFetch({ path, query }: GitRequest, method: string): boolean {
  if (path === '/info/refs') return method === 'GET' && query === 'service=git-upload-pack';
  return path === '/git-upload-pack' && method === 'POST';
}

export function serveGit(
  { gitDir, path, query }: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENVIRONMENT,
      GIT_PROJECT_ROOT: gitDir,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  const unzip = request.headers['content-encoding'] === 'gzip' ? [createGunzip()] : [];
  // git closes its input once it has read what it needs, and a broken body ends git: both show in what it answers.
  pipeline([request, ...unzip, child.stdin]).catch(() => child.stdin.destroy());
  request.on('close', () => {
    if (request.destroyed && !request.complete) child.kill();
  });
  let head = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) writeHead(response, head.subarray(0, end).toString(), head.subarray(end + 4));
  });
  child.on('error', () => response.writeHead(500).end());
  child.on('close', () => response.end());
}

/** The CGI head: header lines, with the status as `Status: 404 Not Found`. */
function writeHead(response: ServerResponse, head: string, rest: Buffer): void {
  const headers = head
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10));
  response.write(rest);
}
