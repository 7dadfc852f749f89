// Any bytes under any headers get an answer of the table, never an error of ours; and whoever lacks the right secret learns
// nothing: a webhook or repository that is known here is answered as one that is not.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { composePullRequest, sign } from '../../forwarder/delivery.ts';
import { GLOBAL_SECRET } from '../../forwarder/local-forwarder.ts';
import { atLeast, fact, none, noneOf, type Figure } from '../scenario.ts';
import type { PropertySize } from './orders.ts';
import { openStage, type Stage } from './stage.ts';

interface Message {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly signer: 'nobody' | 'a stranger' | 'the webhook' | 'the global secret';
  readonly isKnown: boolean;
}

/** What Node sends as a header's value, and so what can arrive as one. */
const value = fc.stringMatching(/^[\t -~\u00a1-\u00ff]{0,60}$/);
const names = ['x-github-event', 'x-github-delivery', 'content-encoding', 'x-hub-signature', 'accept'];
const strange = fc.dictionary(fc.constantFrom(...names, 'x-forwarded-for', 'cookie', 'x-any'), value);
const types = fc.oneof(
  { weight: 4, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: value },
);

function composeMessages(bodies: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Message> {
  const usual = { 'x-github-event': 'pull_request', 'x-github-delivery': 'any' };
  return fc
    .record({
      body: bodies,
      type: types,
      strange,
      isUsual: fc.boolean(),
      signer: fc.constantFrom(
        'nobody' as const,
        'a stranger' as const,
        'the webhook' as const,
        'the global secret' as const,
      ),
      isKnown: fc.boolean(),
    })
    .map(({ body, type, strange: more, isUsual, signer, isKnown }) => ({
      body,
      signer,
      isKnown,
      headers: { 'content-type': type, ...(isUsual ? usual : {}), ...more },
    }));
}

const asBytes = (json: unknown): Uint8Array => Buffer.from(JSON.stringify(json));

/** Noise, JSON of any form, and what is nearly a delivery. */
function composeBodies({ repository }: Stage): fc.Arbitrary<Uint8Array> {
  const known = { id: repository.id, full_name: repository.fullName };
  const nearly = fc
    .record({ part: fc.constantFrom('pull_request', 'repository', 'number', 'action'), json: fc.jsonValue() })
    .map(({ part, json }) => ({ ...composePullRequest({ repository: known }), [part]: json }));
  return fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.jsonValue().map(asBytes), nearly.map(asBytes));
}

const ALLOWED = new Set([200, 400, 403, 413, 415]);

export async function proveAnyBytes({ runs, seed }: PropertySize): Promise<Figure[]> {
  const stage = await openStage({ reviews: false });
  try {
    const process = await stage.start({
      environment: { GITHUB_WEBHOOK_SECRET: GLOBAL_SECRET, LOG_LEVEL: 'error' },
    });
    await stage.connect(process);
    const statuses: number[] = [];
    const property = fc.asyncProperty(composeMessages(composeBodies(stage)), async (message) => {
      const { status, body } = await send(stage, process.url, message);
      statuses.push(status);
      if (!ALLOWED.has(status)) throw new Error(`answered with ${status} ${body}`);
      if (status === 200 && isWrong(message)) throw new Error(`took what ${message.signer} signed: ${body}`);
      if (!isWrong(message)) return;
      const other = await send(stage, process.url, { ...message, isKnown: !message.isKnown });
      if (other.status !== status || other.body !== body) throw new Error(`told ${body} from ${other.body}`);
    });
    await fc.assert(property, { numRuns: runs, seed });
    const hasEnded = process.hasEnded();
    await process.kill('SIGTERM');
    return [
      atLeast('messages', statuses.length, runs),
      fact('each got an answer of the table', true),
      fact('known and unknown webhooks and repositories look the same', true),
      atLeast('different answers', new Set(statuses).size, 3),
      noneOf('errors in the log', process.log.slice(1)),
      none('crashes', hasEnded ? 1 : 0),
    ];
  } finally {
    await stage.close();
  }
}

/** A GitHub App's deliveries are told that they are not processed, before anything is verified. */
function isWrong({ signer, headers }: Message): boolean {
  const isOfApp = headers['x-github-hook-installation-target-type'] === 'integration';
  return (signer === 'nobody' || signer === 'a stranger') && !isOfApp;
}

async function send(
  { repository }: Stage,
  url: string,
  { body, headers, signer, isKnown }: Message,
): Promise<{ status: number; body: string }> {
  const [hook] = repository.hooks;
  const secrets = {
    nobody: undefined,
    'a stranger': 'of a stranger',
    'the webhook': hook?.secret,
    'the global secret': GLOBAL_SECRET,
  };
  const secret = secrets[signer];
  const hookId = isKnown || signer === 'the webhook' ? (hook?.id ?? 0) : 1;
  const sent = {
    ...headers,
    'content-length': String(body.byteLength),
    'x-github-hook-id': String(hookId),
    ...(secret === undefined ? {} : { 'x-hub-signature-256': sign(body, secret) }),
  };
  return new Promise((resolve, reject) => {
    const sending = request(
      `${url}/api/v1/webhooks/github`,
      { method: 'POST', headers: sent },
      (response) => {
        text(response).then((told) => resolve({ status: response.statusCode ?? 0, body: told }), reject);
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
