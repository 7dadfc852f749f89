// Who may fetch a repository over HTTP: public ones all, private ones with a token that reads contents. A wrong token
// is refused for both, as on GitHub.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { covers } from '../api/access.ts';
import { findRepository, type Repository, type Token, type World } from '../world.ts';
import { isFetch, serveGit } from './http-backend.ts';

export interface GitAddress {
  readonly fullName: string;
  /** What follows `.git`: `/info/refs`, `/git-upload-pack`. */
  readonly path: string;
  readonly query: string;
}

export async function serveRepository(
  world: World,
  { fullName, ...asked }: GitAddress,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const repository = findRepository(world, fullName);
  if (!repository || !isFetch({ gitDir: '', ...asked }, request.method ?? '')) response.writeHead(404).end();
  else if (!mayFetch(world, repository, request))
    response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
  else await serveGit({ gitDir: repository.gitDir, ...asked }, request, response);
}

function mayFetch(world: World, repository: Repository, { headers }: IncomingMessage): boolean {
  const [, credentials] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (credentials === undefined) return !repository.private;
  const text = Buffer.from(credentials, 'base64').toString();
  const token: Token | undefined = world.tokens.get(text.slice(text.indexOf(':') + 1));
  if (!token) return false;
  return !repository.private || (covers(token, repository) && token.permissions.contents !== undefined);
}
