// Webhooks of a repository: read, made, changed, removed. A webhook that is not there is an answer; everything else
// that GitHub refuses is thrown as it came.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import type { ConditionalReader } from './conditional-reader.ts';
import type { GitHub, RepositoryName } from './open-github.ts';

/** What the webhook tells us about; the seed of every review is `pull_request`. */
export const HOOK_EVENTS = ['pull_request', 'issues'];

export interface HookTarget {
  readonly url: string;
  readonly secret: string;
}

const hookSchema = z.object({
  id: z.int().positive(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: z.string().optional(),
    content_type: z.string().optional(),
    insecure_ssl: z.union([z.string(), z.number()]).transform(String).optional(),
  }),
  created_at: z.string(),
  updated_at: z.string(),
  last_response: z
    .object({ code: z.int().nullable(), status: z.string().nullable(), message: z.string().nullable() })
    .optional(),
});

/** A webhook as GitHub shows it, without its secret. */
export type Hook = z.infer<typeof hookSchema>;

export async function listHooks(github: GitHub, name: RepositoryName): Promise<Hook[]> {
  const hooks = await github.paginate('GET /repos/{owner}/{repo}/hooks', { ...name, per_page: 100 });
  return z.array(hookSchema).parse(hooks);
}

/** A webhook that is as it was when the reader last read it costs nothing of the budget. */
export async function readHook(
  reader: ConditionalReader,
  github: GitHub,
  name: RepositoryName,
  id: number,
): Promise<Hook | undefined> {
  return whenThere(async () => {
    const { value } = await reader.read(github, {
      route: 'GET /repos/{owner}/{repo}/hooks/{hook_id}',
      parameters: { ...name, hook_id: id },
      parse: (text) => hookSchema.parse(JSON.parse(text)),
    });
    return value;
  });
}

export type CreatedHook = { readonly kind: 'created'; readonly id: number } | { readonly kind: 'exists' };

/** `exists`: GitHub's 422 for the same address and event, which does not say which webhook that is. */
export async function createHook(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
): Promise<CreatedHook> {
  try {
    const answer = await github.request('POST /repos/{owner}/{repo}/hooks', {
      ...name,
      name: 'web',
      ...composeSettings(target),
    });
    return { kind: 'created', id: hookSchema.parse(answer.data).id };
  } catch (error) {
    const exists =
      error instanceof RequestError && error.status === 422 && /already exists/i.test(error.message);
    if (exists) return { kind: 'exists' };
    throw error;
  }
}

/** `config` replaces the whole configuration, so the secret goes with it. False: there is no such webhook. */
export async function updateHook(
  github: GitHub,
  name: RepositoryName,
  id: number,
  target: HookTarget,
): Promise<boolean> {
  const updated = await whenThere(() =>
    github.request('PATCH /repos/{owner}/{repo}/hooks/{hook_id}', {
      ...name,
      hook_id: id,
      ...composeSettings(target),
    }),
  );
  return updated !== undefined;
}

/** GitHub sends a ping, signed with the secret as it is now. */
export async function pingHook(github: GitHub, name: RepositoryName, id: number): Promise<void> {
  await github.request('POST /repos/{owner}/{repo}/hooks/{hook_id}/pings', { ...name, hook_id: id });
}

/** False: GitHub says 404, to whoever asks for one that is gone and to whoever may not manage webhooks. */
export async function deleteHook(github: GitHub, name: RepositoryName, id: number): Promise<boolean> {
  const deleted = await whenThere(() =>
    github.request('DELETE /repos/{owner}/{repo}/hooks/{hook_id}', { ...name, hook_id: id }),
  );
  return deleted !== undefined;
}

function composeSettings({ url, secret }: HookTarget) {
  return {
    active: true,
    events: HOOK_EVENTS,
    config: { url, secret, content_type: 'json', insecure_ssl: '0' },
  };
}

async function whenThere<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}
