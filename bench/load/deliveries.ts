// Signed pull_request deliveries of 25 KB, each with an id, a pull request and a head of its own: nothing that is sent
// can be answered as a duplicate. Ids hold the time, as GitHub's do.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { v1 as composeGuid } from 'uuid';

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Sender {
  readonly secret: string;
  readonly hookId: number;
  readonly repository: { readonly id: number; readonly fullName: string };
}

const BYTES = 25_000;
/** What takes the place of a number, of the same length. */
const NUMBER = 100_000_000;
const HEAD = 'c0ffee'.padEnd(40, '0');

/** GitHub's own example of a payload, filled up to its usual size in the body of the pull request. */
export function openDeliveries({ secret, hookId, repository }: Sender): () => Delivery {
  const template = composeTemplate(repository);
  const numbers = findAll(template, String(NUMBER));
  const heads = findAll(template, HEAD);
  let count = 0;
  return () => {
    count += 1;
    const body = Buffer.from(template);
    for (const at of numbers) body.write(String(NUMBER + count), at);
    for (const at of heads) body.write(count.toString(16).padStart(12, '0'), at);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/0000000',
        'x-github-event': 'pull_request',
        'x-github-delivery': composeGuid(),
        'x-github-hook-id': String(hookId),
        'x-hub-signature-256': `sha256=${signature}`,
      },
    };
  };
}

interface Example {
  readonly action: string;
  readonly pull_request: { readonly head: object };
  readonly repository: object;
}

function composeTemplate({ id, fullName }: Sender['repository']): Buffer {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  const events = JSON.parse(readFileSync(file, 'utf8')) as { name: string; examples: Example[] }[];
  const example = events
    .find(({ name }) => name === 'pull_request')
    ?.examples.find(({ action }) => action === 'opened');
  if (!example) throw new Error('@octokit/webhooks-examples has no opened pull request');
  const { pull_request: pull } = example;
  const compose = (body: string): string =>
    JSON.stringify({
      ...example,
      number: NUMBER,
      pull_request: { ...pull, number: NUMBER, body, head: { ...pull.head, sha: HEAD } },
      repository: { ...example.repository, id, full_name: fullName },
    });
  return Buffer.from(compose('x'.repeat(Math.max(0, BYTES - compose('').length))));
}

function findAll(buffer: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = buffer.indexOf(text); at >= 0; at = buffer.indexOf(text, at + text.length)) places.push(at);
  return places;
}
