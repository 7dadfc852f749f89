// A storm of deliveries over two replicas on one PostgreSQL, while one of them is killed and started again: nothing is
// lost, nothing doubled, and the last word about each pull request is its newest head.
import { setTimeout as wait } from 'node:timers/promises';
import type { PullRequest } from '../../../simulator/github/local-github.ts';
import { atLeast, none, noneOf, note, type Figure } from '../scenario.ts';
import { countReviews } from './action-view.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { countDoubled, settle } from './history.ts';
import { findFreePort } from '../../../simulator/find-free-port.ts';
import { openStage, type Stage } from './stage.ts';
import { raiseStorm, sendOne, type StormDelivery, type StormSize } from './storm.ts';

/** Open at once, as a proxy would have them. */
const CONCURRENCY = 24;

export async function proveTwoReplicas(databaseUrl: string, size: StormSize): Promise<Figure[]> {
  const stage = await openStage({ databaseUrl });
  try {
    const replicas = await startReplicas(stage);
    await stage.connect(replicas.steady);
    const storm = await raiseStorm(stage, size);
    const startedAt = performance.now();
    const sent = await sendStorm(replicas, storm);
    const seconds = (performance.now() - startedAt) / 1000;
    await settle(stage, replicas.steady);
    const ledger = await readLedger(replicas.steady);
    await Promise.all([replicas.steady.kill('SIGTERM'), replicas.mortal().kill('SIGTERM')]);
    return [
      atLeast('deliveries', storm.length, size.deliveries),
      note('of them different', new Set(storm.map(({ body }) => body.toString())).size),
      note('deliveries a second, with both replicas dispatching', Math.round(storm.length / seconds)),
      atLeast('kills', sent.kills, 1),
      note('sent again, since the killed one gave no answer', sent.resent),
      note('dispatches that GitHub took', stage.view.dispatches.length),
      note('of them again for one event, after the death', countRepeated(stage)),
      note('older heads that GitHub dispatched last, after their call had timed out', countLate(stage)),
      noneOf('lost', [...findLostEvents(sent.answers, ledger), ...findLostHeads(stage)]),
      none('doubled', countDoubled(stage.github, stage.repository.fullName, listNumbers(stage))),
      noneOf('what GitHub would refuse', stage.github.violations),
    ];
  } finally {
    await stage.close();
  }
}

interface Replicas {
  readonly steady: ForwarderProcess;
  readonly mortal: () => ForwarderProcess;
  restart(): Promise<void>;
}

/** A lease must outlive every call of a dispatch, or an older head goes out after a newer one. */
async function startReplicas(stage: Stage): Promise<Replicas> {
  const otherPort = String(await findFreePort());
  const start = (port: Record<string, string>): Promise<ForwarderProcess> =>
    stage.start({
      environment: { ...port, LOG_LEVEL: 'warn' },
      options: { leaseMs: 10_000, githubTimeoutMs: 2000 },
    });
  const steady = await start({});
  let mortal = await start({ PORT: otherPort });
  return {
    steady,
    mortal: () => mortal,
    restart: async () => {
      mortal = await start({ PORT: otherPort });
    },
  };
}

interface Sent {
  /** Delivery → event, of every answer with 200. */
  readonly answers: readonly (readonly [guid: string, eventId: number])[];
  readonly resent: number;
  readonly kills: number;
}

/** The one replica dies after two fifths, and is back after three. */
async function sendStorm(replicas: Replicas, storm: readonly StormDelivery[]): Promise<Sent> {
  const answers: [string, number][] = [];
  const waiting = [...storm];
  const unanswered: StormDelivery[] = [];
  let kills = 0;
  let restarted: Promise<void> | undefined;
  const send = async (delivery: StormDelivery, url: string): Promise<void> => {
    const eventId = await sendOne(url, delivery);
    if (eventId === undefined) unanswered.push(delivery);
    else answers.push([delivery.guid, eventId]);
  };
  const work = async (at: number): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const isMortal = (waiting.length + at) % 2 === 0;
      await send(next, isMortal ? replicas.mortal().url : replicas.steady.url);
      const part = 1 - waiting.length / storm.length;
      if (part > 0.4 && kills === 0) {
        kills += 1;
        await replicas.mortal().kill('SIGKILL');
      }
      if (part > 0.6) restarted ??= replicas.restart();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, (_, at) => work(at)));
  await restarted;
  const resent = unanswered.length;
  while (unanswered.length > 0) {
    const [delivery] = unanswered.splice(0, 1);
    if (delivery) await send(delivery, replicas.steady.url);
    if (unanswered.includes(delivery as StormDelivery)) await wait(50);
  }
  return { answers, resent, kills };
}

interface Entry {
  readonly id: number;
  readonly status: string;
  readonly reason: string | null;
}

type Ledger = ReadonlyMap<number, Entry>;

/** All pages. */
async function readLedger(process: ForwarderProcess): Promise<Ledger> {
  const ledger = new Map<number, Entry>();
  let cursor = '';
  do {
    const { body } = await process.ask('GET', `/api/v1/events?limit=100${cursor}`);
    const next = body['next_cursor'] as string | null;
    for (const entry of body['events'] as Entry[]) ledger.set(entry.id, entry);
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  return ledger;
}

const END_STATES = new Set(['completed', 'ignored', 'superseded']);

function findLostEvents(answers: Sent['answers'], ledger: Ledger): string[] {
  return [...new Set(answers.map(([, id]) => id))].flatMap((id) => {
    const { status = 'not there', reason = null } = ledger.get(id) ?? {};
    return END_STATES.has(status) ? [] : [`event ${id} is ${status} (${reason})`];
  });
}

/** An open pull request's newest head was dispatched, and it has its review. */
function findLostHeads(stage: Stage): string[] {
  const { github, repository, view } = stage;
  const dispatched = new Set(view.dispatches.map(({ head_sha }) => head_sha));
  return listOpen(stage)
    .filter(
      ({ number, head }) =>
        !dispatched.has(head.sha) || countReviews(github, repository.fullName, number, head.sha) === 0,
    )
    .map(({ number, head }) => `#${number} at ${head.sha}`);
}

/** GitHub may carry out a call that timed out here after the one that followed it: the Action reviews the current head. */
function countLate(stage: Stage): number {
  const last = new Map(stage.view.dispatches.map(({ pull_request, head_sha }) => [pull_request, head_sha]));
  return listOpen(stage).filter(({ number, head }) => last.get(number) !== head.sha).length;
}

function listOpen({ repository }: Stage): PullRequest[] {
  return repository.pulls.filter(({ state }) => state === 'open');
}

function listNumbers({ repository }: Stage): number[] {
  return repository.pulls.map(({ number }) => number);
}

function countRepeated({ view: { dispatches } }: Stage): number {
  return dispatches.length - new Set(dispatches.map(({ event_id }) => event_id)).size;
}
