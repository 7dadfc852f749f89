// Configuration → which client speaks to GitHub for a repository. A token speaks for all of them; an App for each with
// the token of its installation there, which is looked up once and renewed by Octokit before it ends.
import { createHash } from 'node:crypto';
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
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
  const open = (
    credentials: Credentials,
    tokenKey: string,
    onRejected: () => void = () => {},
  ): RepositoryAccess => ({
    tokenKey,
    github: openGitHub({
      ...options,
      credentials,
      onAnswer: (headers, status) => {
        budgets.observe(tokenKey, headers);
        if (status === 401) onRejected();
      },
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
  const forget = (id: number): void => {
    accesses.delete(id);
    installations.forget(id);
  };
  const accessOf = (id: number): RepositoryAccess => {
    const access =
      accesses.get(id) ?? open({ app, installationId: id }, `installation:${id}`, () => forget(id));
    accesses.set(id, access);
    return access;
  };
  return {
    onlyKey: undefined,
    credentialsKey: `app:${app.appId}:${digest(app.privateKey)}`,
    budgets,
    forRepository: async (name) => {
      const known = installations.read(name);
      if (known !== undefined) {
        const access = accessOf(known);
        if (await hasToken(access)) return access;
        forget(known);
      }
      return accessOf(await installations.find(name));
    },
  };
}

/** Costs nothing while the last one is kept. False: the App was removed, and may be there again under another id. */
async function hasToken({ github }: RepositoryAccess): Promise<boolean> {
  try {
    await github.auth({ type: 'installation' });
    return true;
  } catch (error) {
    if (error instanceof RequestError && (error.status === 404 || error.status === 401)) return false;
    throw error;
  }
}

/** A token that was replaced is another one: what the old one was refused does not stop it. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** An App that is removed and installed again has a new id: that GitHub refuses the old one is the rule, this the net. */
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

  /** Undefined: GitHub has to be asked. */
  read(name: RepositoryName): number | undefined {
    const known = this.#known.get(composeKey(name));
    return known && this.#now().getTime() - known.readAtMs < MAX_AGE_MS ? known.id : undefined;
  }

  forget(id: number): void {
    for (const [key, known] of this.#known) if (known.id === id) this.#known.delete(key);
  }

  async find({ owner, repo }: RepositoryName): Promise<number> {
    const { data } = await this.#github.request('GET /repos/{owner}/{repo}/installation', { owner, repo });
    const { id } = z.object({ id: z.int().positive() }).parse(data);
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    this.#known.set(composeKey({ owner, repo }), { id, readAtMs: this.#now().getTime() });
    return id;
  }
}

function composeKey({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`.toLowerCase();
}
