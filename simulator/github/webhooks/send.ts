// Payload → HTTP request, signed and sent once, with the answer remembered. GitHub never tries again by itself, and
// gives up after 10 s.
import { createHmac, randomUUID } from 'node:crypto';
import { now, takeId, type Delivery, type Hook, type Repository, type World } from '../world.ts';
import { composePingPayload, composePullRequestPayload, type PullRequestChange } from './payloads.ts';
import type { PullRequest } from '../world.ts';

const TIMEOUT_MS = 10_000;

interface Message {
  readonly event: string;
  readonly guid: string;
  readonly body: string;
  readonly redelivery: boolean;
}

export function sendPing(world: World, repository: Repository, hook: Hook): void {
  const body = JSON.stringify(composePingPayload(world, repository, hook));
  track(world, send(world, repository, hook, { event: 'ping', guid: randomUUID(), body, redelivery: false }));
}

/** One GUID for every hook that subscribes to the event. */
export function sendPullRequestEvent(
  world: World,
  repository: Repository,
  pull: PullRequest,
  change: PullRequestChange,
): Record<string, unknown> {
  const payload = composePullRequestPayload(world, repository, pull, change);
  const message: Message = {
    event: 'pull_request',
    guid: randomUUID(),
    body: JSON.stringify(payload),
    redelivery: false,
  };
  for (const hook of repository.hooks) {
    const listens = hook.events.includes('pull_request') || hook.events.includes('*');
    if (hook.active && listens) track(world, send(world, repository, hook, message));
  }
  return payload;
}

/** The same body under the same GUID, signed with the hook's secret as it is now. */
export function redeliver(
  world: World,
  repository: Repository,
  hook: Hook,
  { event, guid, request }: Delivery,
): Promise<Delivery> {
  const sent = send(world, repository, hook, { event, guid, body: request.body, redelivery: true });
  track(world, sent);
  return sent;
}

function track(world: World, sent: Promise<unknown>): void {
  world.sending.add(sent);
  void sent.finally(() => world.sending.delete(sent));
}

async function send(world: World, repository: Repository, hook: Hook, message: Message): Promise<Delivery> {
  const startedAt = performance.now();
  const body =
    hook.contentType === 'json' ? message.body : new URLSearchParams({ payload: message.body }).toString();
  const headers = composeHeaders(repository, hook, message, body);
  const answer = await post(hook.url, headers, body);
  const delivery: Delivery = {
    id: String(takeId(world)),
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
    request: { headers: withoutSecrets(headers), body: message.body },
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

async function post(url: string, headers: Record<string, string>, body: string): Promise<HttpAnswer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
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

/** GitHub shows deliveries with their signature; here no page or log needs one. */
function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('X-Hub-Signature')));
}
