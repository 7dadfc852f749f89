// Genuine deliveries with one thing changed - a bit of the body, the signature, the webhook they claim: none is accepted,
// and nothing falls over.
import { randomUUID } from 'node:crypto';
import { composePullRequest, sign } from '../../forwarder/delivery.ts';
import { atLeast, fact, none, noneOf, type Figure } from '../scenario.ts';
import { openStage, type Stage } from './stage.ts';
import { openRandom } from './storm.ts';

export interface MutationSize {
  readonly deliveries: number;
  readonly seed: number;
}

const CONCURRENCY = 16;

export async function proveMutatedDeliveries({ deliveries, seed }: MutationSize): Promise<Figure[]> {
  const stage = await openStage({ reviews: false });
  try {
    const process = await stage.start({ environment: { LOG_LEVEL: 'error' } });
    await stage.connect(process);
    const random = openRandom(seed);
    const statuses: number[] = [];
    let left = deliveries;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        statuses.push(await post(process.url, mutate(composeGenuine(stage, random), random)));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const events = (await process.ask('GET', '/api/v1/events?limit=100')).body['events'] as unknown[];
    const genuine = await post(process.url, composeGenuine(stage, random));
    const isAlive = !process.hasEnded();
    await process.kill('SIGTERM');
    return [
      atLeast('mutated deliveries', statuses.length, deliveries),
      none('accepted with a wrong signature', statuses.filter((status) => status < 300).length),
      none('answered with anything but 403', statuses.filter((status) => status !== 403).length),
      none('stored', events.length - 1), // the ping of the webhook
      none('crashes', isAlive ? 0 : 1),
      noneOf('errors in the log', process.log.slice(1)),
      fact('a genuine one is taken afterwards', genuine === 200),
    ];
  } finally {
    await stage.close();
  }
}

interface Message {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

function composeGenuine({ repository }: Stage, random: () => number): Message {
  const [hook] = repository.hooks;
  const body = Buffer.from(
    JSON.stringify(
      composePullRequest({
        number: 1 + Math.floor(random() * 1e6),
        repository: { id: repository.id, full_name: repository.fullName },
      }),
    ),
  );
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'pull_request',
    'x-github-delivery': randomUUID(),
    'x-github-hook-id': String(hook?.id),
    'x-hub-signature-256': sign(body, hook?.secret ?? ''),
  };
  return { body, headers };
}

function mutate({ body, headers }: Message, random: () => number): Message {
  const pick = (below: number): number => Math.floor(random() * below);
  const signature = headers['x-hub-signature-256'] ?? '';
  const signed = (value: string): Message => ({
    body,
    headers: { ...headers, 'x-hub-signature-256': value },
  });
  const flipped = Buffer.from(body);
  const at = pick(body.length);
  const position = 'sha256='.length + pick(64);
  const digit = (parseInt(signature[position] ?? '0', 16) ^ (1 + pick(15))).toString(16);
  const kinds: readonly (() => Message)[] = [
    () => {
      flipped[at] = (flipped[at] ?? 0) ^ (1 << pick(8));
      return { body: flipped, headers };
    },
    () => ({ body: body.subarray(0, at), headers }),
    () => ({ body: Buffer.concat([body, Buffer.from([pick(256)])]), headers }),
    () => ({ body: Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]), headers }),
    () => signed(signature.slice(0, position) + digit + signature.slice(position + 1)),
    () => signed(signature.slice(0, position)),
    () => signed(`${signature}0`),
    () => signed(signature.replace('sha256', 'sha1')),
    () => signed(signature.toUpperCase()),
    () => signed(sign(body, '')),
    () => signed(''),
    () => ({ body, headers: { ...headers, 'x-github-hook-id': String(pick(2 ** 31)) } }),
  ];
  const kind = kinds[pick(kinds.length)] as () => Message;
  const mutated = kind();
  const isSame = mutated.body.equals(body) && JSON.stringify(mutated.headers) === JSON.stringify(headers);
  return isSame ? signed('') : mutated;
}

async function post(url: string, { body, headers }: Message): Promise<number> {
  const answer = await fetch(`${url}/api/v1/webhooks/github`, {
    method: 'POST',
    headers,
    body: body as Buffer<ArrayBuffer>,
  });
  await answer.arrayBuffer();
  return answer.status;
}
