// Deliveries as GitHub sends them: signed bytes, its headers, and payloads with what the forwarder reads.
import { createHmac, randomUUID } from 'node:crypto';
import { ask, GLOBAL_SECRET, type Answer } from './local-forwarder.ts';

export interface DeliveryOptions {
  readonly event?: string;
  readonly deliveryId?: string;
  readonly hookId?: number | string;
  /** The global secret unless told; null: not signed. */
  readonly secret?: string | null;
  /** Over those above; undefined: left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export function sign(body: Uint8Array | string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Sends bytes as they are, and anything else as JSON. */
export async function deliver(url: string, payload: unknown, options: DeliveryOptions = {}): Promise<Answer> {
  const { event = 'pull_request', deliveryId = randomUUID(), hookId, secret = GLOBAL_SECRET } = options;
  const body = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': event,
    'x-github-delivery': deliveryId,
    'x-github-hook-id': hookId === undefined ? undefined : String(hookId),
    'x-hub-signature-256': secret === null ? undefined : sign(body, secret),
    ...options.headers,
  };
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return ask(`${url}/api/v1/webhooks/github`, {
    method: 'POST',
    headers: sent,
    body: body as Uint8Array<ArrayBuffer>,
  });
}

export interface PullRequestInput {
  readonly action?: string;
  readonly number?: number;
  /** One character, repeated to a SHA. */
  readonly head?: string;
  readonly updatedAt?: string;
  readonly repository?: { readonly id: number; readonly full_name: string };
  readonly title?: string;
}

export const REPOSITORY = { id: 4711, full_name: 'octo/app' };

export function composePullRequest({
  action = 'opened',
  number = 7,
  head = 'a',
  updatedAt = '2026-11-23T10:00:00Z',
  repository = REPOSITORY,
  title = 'Add a door',
}: PullRequestInput = {}) {
  return {
    action,
    number,
    pull_request: {
      number,
      title,
      state: action === 'closed' ? 'closed' : 'open',
      draft: false,
      updated_at: updatedAt,
      head: { sha: head.repeat(40), repo: null },
      base: { sha: 'b'.repeat(40) },
    },
    repository,
  };
}
