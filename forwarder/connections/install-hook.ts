// Repository + address + secret → its one webhook of ours: the one we know, a new one, or the one that already points
// here. An answer that got lost is looked up before it is taken for a failure.
import { createHook, listHooks, updateHook, type CreatedHook, type HookTarget } from '../github/hooks.ts';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';

export interface InstalledHook {
  readonly id: number;
  readonly isNew: boolean;
}

export async function installHook(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
  knownId: number | null,
): Promise<InstalledHook> {
  if (knownId !== null && (await updateHook(github, name, knownId, target))) {
    return { id: knownId, isNew: false };
  }
  const created = await createOrDoubt(github, name, target);
  if (created.kind === 'created') return { id: created.id, isNew: true };
  if (created.kind === 'doubtful')
    return { id: await adoptDoubtful(github, name, target, created.error), isNew: false };
  const existing = await adoptHook(github, name, target);
  if (existing !== undefined) return { id: existing, isNew: false };
  throw new Error(`GitHub says that a webhook for ${target.url} exists, but lists none`);
}

/** Whatever keeps us from looking: the doubt stays, and is what is told. */
async function adoptDoubtful(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
  doubt: unknown,
): Promise<number> {
  const existing = await adoptHook(github, name, target).catch(() => undefined);
  if (existing === undefined) throw doubt;
  return existing;
}

/** The webhook that points here gets this secret; undefined: there is none. */
export async function adoptHook(
  github: GitHub,
  name: RepositoryName,
  target: HookTarget,
): Promise<number | undefined> {
  const existing = await findHookByUrl(github, name, target.url);
  return existing !== undefined && (await updateHook(github, name, existing, target)) ? existing : undefined;
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
