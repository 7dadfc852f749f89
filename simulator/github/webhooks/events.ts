// What happened on the local GitHub → a delivery to every webhook that listens.
import { randomUUID } from 'node:crypto';
import { trackWork, type Delivery, type Hook, type Repository, type World } from '../world.ts';
import { composePingPayload } from './payloads.ts';
import { sendWebhook } from './send.ts';

export function sendPing(world: World, repository: Repository, hook: Hook, login: string): Promise<Delivery> {
  const body = JSON.stringify(composePingPayload(world, repository, hook, login));
  return sendWebhook(world, repository, hook, { event: 'ping', guid: randomUUID(), body, redelivery: false });
}

/** To every active webhook that subscribes to the event, under one GUID. */
export function sendEvent(
  world: World,
  repository: Repository,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): void {
  const message = { event, guid: randomUUID(), body: JSON.stringify(payload), redelivery: false };
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
