// Token + path → the repository, or GitHub's refusal: 401 without a good token, 404 for what the token may not even
// know of, 301 for a former name, 403 for what it may see but not do.
import type { IncomingMessage } from 'node:http';
import {
  findRepository,
  getUser,
  type PermissionLevel,
  type PermissionScope,
  type Repository,
  type Token,
  type World,
} from '../world.ts';
import { readAppToken } from './apps.ts';
import { notFound, Refusal, type Answer } from './call.ts';

export interface Needed {
  readonly scope: PermissionScope;
  readonly level: PermissionLevel;
}

export function readToken(world: World, { headers }: IncomingMessage): Token | undefined {
  const [, value] = /^(?:Bearer|token) +(.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (value === undefined) return undefined;
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return readAppToken(world, value);
  const token = world.tokens.get(value);
  return token?.expiresAtMs !== undefined && token.expiresAtMs < Date.now() ? undefined : token;
}

/** A token without a list reaches every public repository and the private ones of its own account. */
export function covers(token: Token, repository: Repository): boolean {
  // An App itself may only ask where it is installed, which says by itself what it may know.
  if (token.appId !== undefined) return true;
  if (token.repositories === undefined) {
    return !repository.private || repository.owner.toLowerCase() === token.login.toLowerCase();
  }
  const names = new Set([repository.fullName, ...repository.formerNames].map((name) => name.toLowerCase()));
  return token.repositories.some((name) => names.has(name.toLowerCase()));
}

export function findVisible(world: World, token: Token, fullName: string, rest: string): Repository {
  const repository = findRepository(world, fullName);
  if (repository) {
    if (repository.private && !covers(token, repository)) throw notFound();
    return repository;
  }
  const moved = findFormer(world, fullName);
  if (!moved || (moved.private && !covers(token, moved))) throw notFound();
  throw new Moved(`${world.apiUrl}/repositories/${moved.id}${rest}`);
}

export function findFormer(world: World, fullName: string): Repository | undefined {
  const wanted = fullName.toLowerCase();
  return world.repositories.find(({ formerNames }) =>
    formerNames.some((name) => name.toLowerCase() === wanted),
  );
}

/**
 * What GitHub answers with `X-Accepted-GitHub-Permissions`. Webhooks are for administrators: who is none does not
 * learn that the route exists (docs.github.com/rest/repos/webhooks).
 */
export function requirePermission(
  world: World,
  token: Token,
  repository: Repository,
  { scope, level }: Needed,
): void {
  const covered = covers(token, repository);
  const granted = covered ? token.permissions[scope] : undefined;
  const readsPublic = !covered && !repository.private && level === 'read' && scope !== 'repository_hooks';
  if (granted === 'write' || (granted === 'read' && level === 'read') || readsPublic) return;
  const isOwner = repository.owner.toLowerCase() === token.login.toLowerCase();
  if (scope === 'repository_hooks' && granted === undefined && !isOwner) throw notFound();
  const kind = getUser(world, token.login).type === 'Bot' ? 'integration' : 'personal access token';
  throw new Refusal(403, `Resource not accessible by ${kind}`, undefined, {
    'x-accepted-github-permissions': `${scope}=${level}`,
  });
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
