// git over smart HTTP by the real `git http-backend`, for reading only. In: a request below `/{owner}/{repo}.git/`.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { askGit } from './run-git.ts';

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

export async function serveGit(
  { gitDir, path, query }: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const { output, complaint } = await askGit({
    args: ['http-backend'],
    input: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
    environment: {
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
  const end = output.indexOf('\r\n\r\n');
  if (end === -1) throw new Error(`git http-backend gave no answer: ${complaint}`);
  writeHead(response, output.toString('latin1', 0, end));
  response.end(output.subarray(end + 4));
}

/** The CGI head: header lines, with the status as `Status: 404 Not Found`. */
function writeHead(response: ServerResponse, head: string): void {
  const headers = head
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10));
}
