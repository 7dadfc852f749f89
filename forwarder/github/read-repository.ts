// Name or id → the repository as GitHub knows it now. Ids are stable; names move by rename and transfer, and GitHub's
// redirect from a former name is followed here, since these are reads.
import * as z from 'zod';
import type { GitHub, RepositoryName } from './open-github.ts';

export interface Repository {
  readonly id: number;
  /** `owner/name`. */
  readonly fullName: string;
}

const repositorySchema = z.object({ id: z.int().positive(), full_name: z.string().regex(/^[^/]+\/[^/]+$/) });

export async function readRepository(github: GitHub, name: RepositoryName): Promise<Repository> {
  const { data } = await github.request('GET /repos/{owner}/{repo}', { ...name });
  const { id, full_name } = repositorySchema.parse(data);
  return { id, fullName: full_name };
}

export async function readRepositoryById(github: GitHub, id: number): Promise<Repository> {
  const { data } = await github.request('GET /repositories/{id}', { id });
  return { id, fullName: repositorySchema.parse(data).full_name };
}

export interface RepositoryRights extends Repository {
  /** What the account may do there; undefined: GitHub does not say. */
  readonly canPush: boolean | undefined;
  readonly isAdmin: boolean | undefined;
  /** Of a classic token; other tokens have none. */
  readonly scopes: readonly string[] | undefined;
}

export async function readRights(github: GitHub, name: RepositoryName): Promise<RepositoryRights> {
  const { data, headers } = await github.request('GET /repos/{owner}/{repo}', { ...name });
  const { id, full_name, permissions } = repositorySchema
    .extend({ permissions: z.object({ push: z.boolean(), admin: z.boolean() }).optional() })
    .parse(data);
  const scopes = headers['x-oauth-scopes'];
  return {
    id,
    fullName: full_name,
    canPush: permissions?.push,
    isAdmin: permissions?.admin,
    scopes: scopes === undefined || scopes === '' ? undefined : scopes.split(/, */),
  };
}
