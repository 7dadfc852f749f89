// `POST /api/v1/webhooks/github`: one delivery, refused or stored, in the order in which it can be told: form, size,
// signature, headers, body, repository, store. Nothing is parsed before it is verified, nothing answered with 200
// before it is stored.
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { endRotation, type EndRotationEdges } from '../connections/end-rotation.ts';
import type { Connection } from '../inbox/connection.ts';
import type { NewEvent } from '../inbox/event.ts';
import type { Inbox, StoredDelivery } from '../inbox/inbox.ts';
import type { Metrics } from '../metrics/open-metrics.ts';
import type { Log } from '../open-log.ts';
import { Problem } from '../problem.ts';
import { chooseKeys } from './choose-keys.ts';
import { parseEvent, parsePayload, type DispatchAction, type DeliveryHeaders } from './parse-event.ts';
import { readBody, type BodyBudget } from './read-body.ts';
import { verifySignature } from './verify-signature.ts';

export const WEBHOOK_PATH = '/api/v1/webhooks/github';

export interface WebhookOptions {
  readonly inbox: Inbox;
  readonly globalSecret: string | undefined;
  /** False in development. */
  readonly checksSignatures: boolean;
  /** Of pull requests: what starts a review. */
  readonly pullRequestActions: readonly DispatchAction[];
  readonly onQueued: () => void;
  readonly bodies: BodyBudget;
  readonly metrics: Pick<Metrics, 'countDelivery'>;
  readonly log: Log;
  readonly now: () => Date;
}

export function serveWebhook(given: WebhookOptions): Router {
  const options: WebhookState = { ...given, ending: new Set() };
  return Router().post(WEBHOOK_PATH, countAnswer(options.metrics), refuseOtherTypes, (request, response) =>
    receive(options, request, response),
  );
}

interface WebhookState extends WebhookOptions {
  readonly ending: EndRotationEdges['ending'];
}

/** What a handler answers it names in `locals.answer`; what was refused, the error handler names by its code. */
function countAnswer(metrics: Pick<Metrics, 'countDelivery'>): RequestHandler {
  return (_request, response, next) => {
    response.once('finish', () => {
      const { answer } = response.locals;
      metrics.countDelivery(typeof answer === 'string' ? answer : 'unknown');
    });
    next();
  };
}

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  const [type = ''] = (request.get('content-type') ?? '').split(';', 1);
  if (type.trim().toLowerCase() === 'application/json') {
    next();
    return;
  }
  throw new Problem(
    415,
    'unsupported_media_type',
    'Deliveries are application/json: set the content type of the webhook to json.',
  );
};

async function receive(options: WebhookState, request: Request, response: Response): Promise<void> {
  const { body, release } = await readBody(request, options.bodies);
  try {
    await receiveBody(options, request, response, body);
  } finally {
    release();
  }
}

async function receiveBody(
  options: WebhookState,
  request: Request,
  response: Response,
  body: Buffer,
): Promise<void> {
  if (request.get('x-github-hook-installation-target-type') === 'integration') {
    const reason = 'Nectr uses the webhooks of repositories; deliveries of a GitHub App are not processed.';
    answerWith(response, { status: 'ignored', reason });
    return;
  }
  const signer = await verify(options, request, body);
  const headers = readHeaders(request);
  const event = readDelivery(body, headers, options.pullRequestActions);
  const connection = await checkRepository(options, signer, event.repositoryId);
  const origin = { connectionId: connection?.id };
  const stored = await whileStoring(() => options.inbox.events.store(event, origin, options.now()));
  const { eventType: event_type, deliveryId: delivery_id, repo } = event;
  options.log.info({ event_id: stored.eventId, event_type, delivery_id, repo }, describeStored(stored));
  if (stored.kind === 'duplicate') {
    answerWith(response, { status: 'duplicate_skipped', event_id: stored.eventId, detail: stored.detail });
    return;
  }
  answerWith(response, { status: 'received', event_id: stored.eventId, event_type });
  if (stored.queued) options.onQueued();
}

/** In no function that waits: what was parsed takes many times the bytes, and would be kept until the delivery is stored. */
function readDelivery(body: Buffer, headers: DeliveryHeaders, actions: readonly DispatchAction[]): NewEvent {
  const payload = parsePayload(body);
  if (!payload) throw new Problem(400, 'invalid_json', 'The body is not a JSON object.');
  return parseEvent(body, payload, headers, actions);
}

function answerWith(
  response: Response,
  body: Readonly<Record<string, unknown>> & { readonly status: string },
): void {
  response.locals['answer'] = body.status;
  response.json(body);
}

function describeStored(stored: StoredDelivery): string {
  if (stored.kind === 'duplicate') return 'duplicate_skipped';
  return stored.queued ? 'received' : 'received, nothing to dispatch';
}

/** Whose secret signed the delivery; `undefined` inside: the global one. */
type Signer = { readonly connection: Connection | undefined } | 'unchecked';

async function verify(options: WebhookState, request: Request, body: Uint8Array): Promise<Signer> {
  const { inbox, globalSecret, checksSignatures, log } = options;
  const delivery_id = request.get('x-github-delivery');
  if (!checksSignatures) {
    log.warn({ delivery_id }, 'APP_ENV=development: the signature of this delivery was NOT checked');
    return 'unchecked';
  }
  const hookId = request.get('x-github-hook-id');
  const { keys, named } = await whileStoring(() => chooseKeys(inbox.connections, hookId, globalSecret));
  const signer = verifySignature(body, request.get('x-hub-signature-256'), keys);
  if (signer) {
    if (signer.connection) {
      void endRotation({ ...options, connections: inbox.connections }, signer.connection, signer.secret);
    }
    return signer;
  }
  log.warn(
    { delivery_id, hook_id: hookId },
    `Invalid webhook signature for ${named?.fullName ?? 'an unknown webhook'}`,
  );
  throw composeRefusal();
}

/** One text for every cause: it must not tell which webhooks and repositories are known here. */
function composeRefusal(): Problem {
  return new Problem(
    403,
    'invalid_signature',
    'The signature does not match. Connect the repository again to give its webhook a new secret.',
  );
}

function readHeaders(request: Request) {
  const event = readHeader(request, 'X-GitHub-Event', /^[a-z0-9_]{1,50}$/);
  const deliveryId = readHeader(request, 'X-GitHub-Delivery', /^[!-~]{1,100}$/);
  return { event, deliveryId };
}

function readHeader(request: Request, name: string, form: RegExp): string {
  const value = request.get(name) ?? '';
  if (form.test(value)) return value;
  throw new Problem(400, 'invalid_header', `The header ${name} is missing or not what GitHub sends.`);
}

/**
 * The secret of one repository speaks for that one only; the global one for none that has its own. Returns the connection
 * that the delivery is of.
 */
async function checkRepository(
  { inbox, log }: WebhookOptions,
  signer: Signer,
  repositoryId: number | undefined,
): Promise<Connection | undefined> {
  if (signer !== 'unchecked' && signer.connection) {
    if (repositoryId === signer.connection.repositoryId) return signer.connection;
    log.warn(
      { repository_id: repositoryId },
      `A delivery for another repository was signed with the secret of ${signer.connection.fullName}`,
    );
    throw composeRefusal();
  }
  if (repositoryId === undefined) return undefined;
  const own = await whileStoring(() => inbox.connections.findByRepository(repositoryId));
  if (!own || signer === 'unchecked') return own;
  log.warn(
    { repo: own.fullName },
    'A delivery was signed with the global secret, but its repository has its own',
  );
  throw composeRefusal();
}

/** GitHub shows a delivery answered with 503 as failed, where it can be sent again. */
async function whileStoring<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const message = 'The delivery could not be stored; send it again later.';
    throw new Problem(503, 'store_unavailable', message, { cause, headers: { 'Retry-After': '30' } });
  }
}
