// Hundreds of connections that never finish what they say, and hundreds of bodies of 25 MB at once: honest deliveries are
// answered meanwhile, each within GitHub's 10 s, and the process stays under 512 MB.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { composePullRequest, deliver, sign } from '../../forwarder/delivery.ts';
import { atLeast, atMost, none, note, type Figure } from '../scenario.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { openStage, type Stage } from './stage.ts';

export interface FloodSize {
  /** Connections that stay half open. */
  readonly slow: number;
  /** Bodies of 25 MiB at once. */
  readonly large: number;
}

const LARGE_BYTES = 25 * 1024 * 1024;
/** GitHub waits no longer for an answer. */
const DEADLINE_MS = 10_000;
const MAX_MEGABYTES = 512;

export async function proveFloods({ slow, large }: FloodSize): Promise<Figure[]> {
  const stage = await openStage({ reviews: false });
  const sockets: Socket[] = [];
  try {
    const process = await stage.start({ environment: { LOG_LEVEL: 'error' } });
    await stage.connect(process);
    sockets.push(...(await openSlow(process.url, slow)));
    const stopping = new AbortController();
    const honest = sendHonest(stage, process, stopping.signal);
    const signed = composeLarge(stage);
    const headers = { ...signed.headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    const bodies = Array.from({ length: large }, (_, at) => (at % 2 === 0 ? signed : { ...signed, headers }));
    const statuses = await Promise.all(bodies.map((message) => sendLarge(process.url, message)));
    stopping.abort();
    const answers = await honest;
    const megabytes = await process.readPeakMegabytes();
    const hasEnded = process.hasEnded();
    for (const socket of sockets) socket.destroy();
    await process.kill('SIGTERM');
    return [
      atLeast('connections that stay half open', sockets.length, slow),
      atLeast('bodies of 25 MiB at once', statuses.length, large),
      note('how they were answered', countByValue(statuses)),
      none('of them accepted', statuses.filter((status) => status === '200').length),
      atLeast('honest deliveries meanwhile', answers.length, 3),
      none('of them not answered with 200', answers.filter(({ status }) => status !== 200).length),
      atMost(
        'milliseconds until the slowest answer',
        Math.round(Math.max(...answers.map(({ ms }) => ms))),
        DEADLINE_MS,
      ),
      atMost('megabytes of memory at most', megabytes, MAX_MEGABYTES),
      none('crashes', hasEnded ? 1 : 0),
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
    await stage.close();
  }
}

/** Half of them in the middle of the headers, half in the middle of the body. */
async function openSlow(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const begin = 'POST /api/v1/webhooks/github HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {}); // cut by the forwarder, as it should
      await once(socket, 'connect');
      socket.write(at % 2 === 0 ? begin : `${begin}content-length: 1000\r\n\r\n{`);
      return socket;
    }),
  );
}

async function sendHonest(
  { repository }: Stage,
  { url }: ForwarderProcess,
  signal: AbortSignal,
): Promise<{ status: number; ms: number }[]> {
  const [hook] = repository.hooks;
  const signing = { hookId: hook?.id ?? 0, secret: hook?.secret ?? '' };
  const answers: { status: number; ms: number }[] = [];
  for (let number = 1; !signal.aborted || answers.length < 3; number += 1) {
    const named = { id: repository.id, full_name: repository.fullName };
    const startedAt = performance.now();
    const { status } = await deliver(url, composePullRequest({ number, repository: named }), signing);
    answers.push({ status, ms: performance.now() - startedAt });
    await wait(50);
  }
  return answers;
}

interface Large {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** With the right signature, so that it is read and parsed; but about no repository, so that it is refused in the end. */
function composeLarge({ repository }: Stage): Large {
  const [hook] = repository.hooks;
  const body = Buffer.alloc(LARGE_BYTES, ' ');
  body.write('{"padding":"');
  body.write('"}', LARGE_BYTES - 2);
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-github-event': 'push',
    'x-github-delivery': 'large',
    'x-github-hook-id': hook?.id ?? 0,
    'x-hub-signature-256': sign(body, hook?.secret ?? ''),
  };
  return { body, headers };
}

/** Its status, or that it was cut. */
function sendLarge(url: string, { body, headers }: Large): Promise<string> {
  return new Promise((resolve) => {
    const sending = request(`${url}/api/v1/webhooks/github`, { method: 'POST', headers, agent: false });
    sending.once('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
      sending.destroy();
    });
    sending.on('error', () => resolve('cut'));
    sending.end(body);
  });
}

function countByValue(values: readonly string[]): string {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].map(([value, { length }]) => `${value}: ${length}`).join(', ');
}
