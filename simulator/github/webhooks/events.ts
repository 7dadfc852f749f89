// What happened on the local GitHub → a delivery to every webhook that listens. GUIDs hold the time, as GitHub's do: in its own example,
// 72d3162e-cc78-11e3-81ab-4c9367dc0958, that of April 2014 (docs.github.com/webhooks, version 1 of RFC 9562).
import { v1 as composeGuid } from 'uuid';
import { trackWork, type Delivery, type Hook, type Repository, type World } from '../world.ts';
import { composePingPayload } from './payloads.ts';
import { sendWebhook } from './send.ts';

export function sendPing(world: World, repository: Repository, hook: Hook, login: string): Promise<Delivery> {
  const body = JSON.stringify(composePingPayload(world, repository, hook, login));
  return sendWebhook(world, repository, hook, {
    event: 'ping',
    guid: composeGuid(),
    body,
    redelivery: false,
  });
}

/** To every active webhook that subscribes to the event, under one GUID. */
export function sendEvent(
  world: World,
  repository: Repository,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  const message = { event, guid: composeGuid(), body: JSON.stringify(payload), redelivery: false };
  for (const hook of repository.hooks) {
    const listens = hook.events.includes(event) || hook.events.includes('*');
    if (hook.active && listens) trackWork(world, sendWebhook(world, repository, hook, message));
  }
}

/** The same body under the same GUID, signed with the hook's secret as it is now. */
export function redeliver(
  world: World,
  repository: Repository,
  hook: Hook,
  { event, guid, request }: Delivery,
): Promise<Delivery> {
  return sendWebhook(world, repository, hook, { event, guid, body: request.body, redelivery: true });
}
