// Repository + address + secret → the id of its one webhook of ours: the one we know, a new one, or the one that already
// points here. An answer that got lost is looked up before it is taken for a failure.
import { createHook, listHooks, updateHook, type CreatedHook, type HookTarget } from '../github/hooks.ts';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';

export async function installHook(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
  knownId: number | null,
): Promise<number> {
  if (knownId !== null && (await updateHook(github, name, knownId, target))) return knownId;
  const created = await createOrDoubt(github, name, target);
  if (created.kind === 'created') return created.id;
  const existing = await findHookByUrl(github, name, target.url);
  if (existing !== undefined && (await updateHook(github, name, existing, target))) return existing;
  throw created.kind === 'doubtful'
    ? created.error
    : new Error(`GitHub says that a webhook for ${target.url} exists, but lists none`);
}

/** All pages: at most 20 webhooks listen to one event, but there may be more of others. */
export async function findHookByUrl(
  github: GitHub,
  name: RepositoryName,
  url: string,
): Promise<number | undefined> {
  return (await listHooks(github, name)).find(({ config }) => config.url === url)?.id;
}

type DoubtfulHook = CreatedHook | { readonly kind: 'doubtful'; readonly error: unknown };

async function createOrDoubt(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
): Promise<DoubtfulHook> {
  try {
    return await createHook(github, name, target);
  } catch (error) {
    // After a 5xx or a timeout the webhook may be there.
    if (readRefusal(error, new Date()).kind === 'unavailable') return { kind: 'doubtful', error };
    throw error;
  }
}
