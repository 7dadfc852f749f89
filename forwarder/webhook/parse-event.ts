// Verified bytes + the event's name → what is to be stored. Only ids, SHAs and times are read; what cannot be work is
// kept as ignored, with the reason, and is never an error: GitHub may send anything that it signs.
import { createHash, hash } from 'node:crypto';
import type { EmitterWebhookEvent } from '@octokit/webhooks';
import * as z from 'zod';
import type { NewEvent } from '../inbox/event.ts';

export interface DeliveryHeaders {
  /** `X-GitHub-Event`. */
  readonly event: string;
  /** `X-GitHub-Delivery`. */
  readonly deliveryId: string;
}

/** Undefined: not a JSON object. */
export type Payload = Readonly<Record<string, unknown>> | undefined;

export const payloadSchema = z.looseObject({});

const decoder = new TextDecoder();

/** A byte order mark is dropped, and bytes that are no UTF-8 become U+FFFD: the signature was over the bytes. */
export function parsePayload(body: Uint8Array): Payload {
  try {
    return payloadSchema.safeParse(JSON.parse(decoder.decode(body))).data;
  } catch {
    return undefined;
  }
}

const id = z.int().positive();
/** PostgreSQL keeps it in 32 bits, and GitHub's are far below. */
const pullRequestNumber = id.max(2 ** 31 - 1);
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const repositorySchema = z.object({
  repository: z.object({ id, full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/) }),
});
const actionSchema = z.object({ action: z.string().regex(/^[a-z_]{1,50}$/) });
const numberSchema = z.object({ pull_request: z.object({ number: pullRequestNumber }) });
const workSchema = z.object({
  number: pullRequestNumber,
  pull_request: z.object({
    head: z.object({ sha }),
    base: z.object({ sha }),
    updated_at: time,
    state: z.enum(['open', 'closed']),
  }),
});

export interface PayloadRepository {
  readonly id: number;
  readonly fullName: string;
}

export function parseRepository(payload: Payload): PayloadRepository | undefined {
  const repository = repositorySchema.safeParse(payload).data?.repository;
  return repository && { id: repository.id, fullName: repository.full_name };
}

/** `actions`: those of a pull request that start a review. */
export function parseEvent(
  body: Uint8Array,
  payload: Payload,
  headers: DeliveryHeaders,
  actions: readonly DispatchAction[],
): NewEvent {
  const repository = parseRepository(payload);
  const action = actionSchema.safeParse(payload).data?.action;
  const common = {
    deliveryId: headers.deliveryId,
    bodyDigest: computeDigest(body, headers),
    eventType: composeEventType(headers.event, action),
    action,
    repo: repository?.fullName,
    repositoryId: repository?.id,
  };
  const ignore = (reason: string): NewEvent => {
    const pullRequest = numberSchema.safeParse(payload).data?.pull_request.number;
    return { ...common, effect: 'none', pullRequest, reason };
  };
  const effect = headers.event === 'pull_request' ? findEffect(action, actions) : undefined;
  if (!effect) return ignore(`${common.eventType} starts no review`);
  const work = workSchema.safeParse(payload);
  if (!repository || !work.success) return ignore(`the payload lacks ${listMissing(repository, work.error)}`);
  const { number, pull_request: pull } = work.data;
  if (effect === 'dispatch' && pull.state === 'closed') return ignore('the pull request is closed');
  const facts = {
    repositoryId: repository.id,
    pullRequest: number,
    headSha: pull.head.sha,
    baseSha: pull.base.sha,
    updatedAt: pull.updated_at,
  };
  return { ...common, effect, facts };
}

/** GitHub has a few sayings for its pings: two of one webhook may be the same, byte for byte, and both have come. */
function computeDigest(body: Uint8Array, { event, deliveryId }: DeliveryHeaders): string {
  return event === 'ping'
    ? createHash('sha256').update(body).update(deliveryId).digest('hex')
    : hash('sha256', body, 'hex');
}

type PullRequestAction = EmitterWebhookEvent<'pull_request'>['payload']['action'];

/** What may start a review, where it is enabled. */
export const DISPATCH_ACTIONS = [
  'opened',
  'synchronize',
  'reopened',
  'ready_for_review',
] as const satisfies readonly PullRequestAction[];

export type DispatchAction = (typeof DISPATCH_ACTIONS)[number];

function findEffect(
  action: string | undefined,
  actions: readonly string[],
): 'dispatch' | 'withdraw' | undefined {
  if (action === ('closed' satisfies PullRequestAction)) return 'withdraw';
  return action !== undefined && actions.includes(action) ? 'dispatch' : undefined;
}

/** Action and subject: `opened_pull_request`, `opened_issue`, `ping`. */
function composeEventType(event: string, action: string | undefined): string {
  const subject = event === 'issues' ? 'issue' : event;
  return action === undefined ? subject : `${action}_${subject}`;
}

function listMissing(repository: PayloadRepository | undefined, error: z.ZodError | undefined): string {
  const paths = (error?.issues ?? []).map(({ path }) => path.join('.'));
  return [...(repository ? [] : ['repository']), ...paths].join(', ');
}
