// Payload → HTTP request, signed and sent once, with the answer remembered. GitHub never tries again by itself, and
// gives up after 10 s.
import { createHmac } from 'node:crypto';
import { now, takeDeliveryId, type Delivery, type Hook, type Repository, type World } from '../world.ts';

export interface Message {
  readonly event: string;
  /** One for every hook that gets the event, and for every attempt at it. */
  readonly guid: string;
  readonly body: string;
  readonly redelivery: boolean;
}

export async function sendWebhook(
  world: World,
  repository: Repository,
  hook: Hook,
  message: Message,
): Promise<Delivery> {
  const startedAt = performance.now();
  const body =
    hook.contentType === 'json' ? message.body : new URLSearchParams({ payload: message.body }).toString();
  const headers = composeHeaders(repository, hook, message, body);
  const answer = await post(hook.url, headers, body, world.webhookTimeoutMs);
  const delivery: Delivery = {
    id: takeDeliveryId(world),
    hookId: hook.id,
    repository: repository.fullName,
    guid: message.guid,
    event: message.event,
    action: (JSON.parse(message.body) as { action?: string }).action ?? null,
    redelivery: message.redelivery,
    deliveredAt: now(),
    durationSeconds: (performance.now() - startedAt) / 1000,
    status: answer.status,
    statusCode: answer.code,
    request: { headers, body: message.body },
    response: { headers: answer.headers, body: answer.body },
  };
  world.deliveries.push(delivery);
  hook.lastResponse = {
    code: answer.code,
    status: answer.code < 300 && answer.code > 0 ? 'active' : 'misconfigured',
    message: answer.status,
  };
  return delivery;
}

function composeHeaders(
  repository: Repository,
  hook: Hook,
  { event, guid }: Message,
  body: string,
): Record<string, string> {
  const sign = (algorithm: 'sha1' | 'sha256'): string =>
    `${algorithm}=${createHmac(algorithm, hook.secret ?? '')
      .update(body)
      .digest('hex')}`;
  const signatures =
    hook.secret === undefined
      ? {}
      : { 'X-Hub-Signature': sign('sha1'), 'X-Hub-Signature-256': sign('sha256') };
  return {
    Accept: '*/*',
    'Content-Type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'User-Agent': 'GitHub-Hookshot/044aadd',
    'X-GitHub-Delivery': guid,
    'X-GitHub-Event': event,
    'X-GitHub-Hook-ID': String(hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(repository.id),
    'X-GitHub-Hook-Installation-Target-Type': 'repository',
    ...signatures,
  };
}

interface HttpAnswer {
  readonly code: number;
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<HttpAnswer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      code: answer.status,
      status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return {
      code: timedOut ? 504 : 502,
      status: timedOut ? 'timed out' : 'failed to connect to host',
      headers: {},
      body: '',
    };
  }
}
