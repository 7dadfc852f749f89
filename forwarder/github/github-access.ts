// Configuration → which client speaks to GitHub for a repository. A token speaks for all of them; an App for each with
// the token of its installation there, which is looked up once and renewed by Octokit before it ends.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../open-log.ts';
import { openGitHub, type Credentials, type GitHub, type RepositoryName } from './open-github.ts';
import { RateBudgets } from './rate-budgets.ts';

export interface RepositoryAccess {
  readonly github: GitHub;
  /** A name for the token, which says nothing of it: the same for all that share its limits. */
  readonly tokenKey: string;
}

export interface GitHubAccess {
  /** The one token of all repositories; undefined when each installation of an App has its own. */
  readonly onlyKey: string | undefined;
  /** A name for what this process was started with: another one after the token, or the App's key, was replaced. */
  readonly credentialsKey: string;
  readonly budgets: RateBudgets;
  /** @throws what GitHub refuses, as Octokit tells it: 404 where the App is not installed */
  forRepository(name: RepositoryName): Promise<RepositoryAccess>;
}

export interface AccessOptions {
  readonly credentials: Credentials;
  readonly apiUrl: string;
  readonly log: Log;
  readonly timeoutMs?: number | undefined;
  readonly now: () => Date;
}

export function openGitHubAccess(options: AccessOptions): GitHubAccess {
  const budgets = new RateBudgets(options.now);
  const open = (credentials: Credentials, tokenKey: string): RepositoryAccess => ({
    tokenKey,
    github: openGitHub({
      ...options,
      credentials,
      onAnswer: (headers) => budgets.observe(tokenKey, headers),
    }),
  });
  const { credentials } = options;
  if ('token' in credentials) {
    const tokenKey = `token:${digest(credentials.token)}`;
    const access = open(credentials, tokenKey);
    return {
      onlyKey: tokenKey,
      credentialsKey: tokenKey,
      budgets,
      forRepository: () => Promise.resolve(access),
    };
  }
  const { app } = credentials;
  const { github: asApp } = open(credentials, `app:${app.appId}`);
  const installations = new Installations(asApp, options.now);
  const accesses = new Map<number, RepositoryAccess>();
  return {
    onlyKey: undefined,
    credentialsKey: `app:${app.appId}:${digest(app.privateKey)}`,
    budgets,
    forRepository: async (name) => {
      const id = await installations.find(name);
      const access = accesses.get(id) ?? open({ app, installationId: id }, `installation:${id}`);
      accesses.set(id, access);
      return access;
    },
  };
}

/** A token that was replaced is another one: what the old one was refused does not stop it. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** An App that is removed and installed again has a new id. */
const MAX_AGE_MS = 10 * 60_000;
const MAX_NAMES = 10_000;

class Installations {
  readonly #github: GitHub;
  readonly #now: () => Date;
  readonly #known = new Map<string, { readonly id: number; readonly readAtMs: number }>();

  constructor(github: GitHub, now: () => Date) {
    this.#github = github;
    this.#now = now;
  }

  async find({ owner, repo }: RepositoryName): Promise<number> {
    const key = `${owner}/${repo}`.toLowerCase();
    const nowMs = this.#now().getTime();
    const known = this.#known.get(key);
    if (known && nowMs - known.readAtMs < MAX_AGE_MS) return known.id;
    const { data } = await this.#github.request('GET /repos/{owner}/{repo}/installation', { owner, repo });
    const { id } = z.object({ id: z.int().positive() }).parse(data);
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    this.#known.set(key, { id, readAtMs: nowMs });
    return id;
  }
}
