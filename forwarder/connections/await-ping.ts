// Connection → whether the ping of its webhook has come here, verified. It comes as every delivery does, perhaps to
// another replica, so the store is where it shows.
import { setTimeout as wait } from 'node:timers/promises';
import { pingHook } from '../github/hooks.ts';
import { splitName, type GitHub } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import type { ConnectEdges } from './call-github.ts';

const LOOK_EVERY_MS = 50;

export async function awaitPing(
  { inbox, log, pingTimeoutMs, isPolling }: ConnectEdges,
  github: GitHub,
  { repositoryId, fullName, hookId }: Connection,
  { isSent }: { readonly isSent: boolean },
  since: Date,
): Promise<boolean> {
  if (!isSent && hookId !== null) {
    await pingHook(github, splitName(fullName), hookId).catch((error: unknown) => {
      log.warn({ repo: fullName, err: error }, 'the webhook could not be pinged');
    });
  }
  const endsAt = performance.now() + pingTimeoutMs;
  for (;;) {
    if (await inbox.events.hasPing(repositoryId, since, { orFetched: isPolling })) return true;
    if (performance.now() > endsAt) break;
    await wait(LOOK_EVERY_MS);
  }
  log.warn({ repo: fullName, hook_id: hookId }, 'the ping of the webhook has not arrived');
  return false;
}
