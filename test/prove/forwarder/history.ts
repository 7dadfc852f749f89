// One history of three pull requests on GitHub, whose webhook reaches the forwarder or does not: opened, pushed to, closed,
// sent twice, and captured and sent once more under another name. And what must be true after it.
import type { Delivery, LocalGitHub } from '../../../simulator/github/local-github.ts';
import { deliver } from '../../forwarder/delivery.ts';
import { waitFor } from '../../forwarder/wait-for.ts';
import { countReviews } from './action-view.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import type { Stage } from './stage.ts';

export interface Round {
  readonly pulls: readonly number[];
  /** Attempts of GitHub that came before this history. */
  readonly firstDelivery: number;
}

export interface RoundResult {
  /** Events that were answered with 200 and are not in an end state, and heads that have no review. */
  readonly lost: readonly string[];
  /** Reviews of one head after the first. */
  readonly doubled: number;
}

/** Everything happens, whether the forwarder lives or not. */
export async function playHistory(stage: Stage, at: number): Promise<Round> {
  const { github, repository } = stage;
  const { fullName } = repository;
  const firstDelivery = github.deliveries(fullName).length;
  const push = (branch: string, text: string): Promise<string> =>
    github.commit(fullName, `${branch}-${at}`, {
      message: text,
      author: 'ada',
      files: { [`${branch}.txt`]: `${text}\n` },
    });
  const open = async (branch: string): Promise<number> => {
    await push(branch, 'one');
    const head = { repository: fullName, head: `${branch}-${at}`, base: 'main' };
    return (await github.openPullRequest({ ...head, title: 'Change', author: 'ada' })).number;
  };
  const first = await open('first');
  await github.settled();
  await sendLastAgain(stage);
  const second = await open('second');
  await push('first', 'two');
  github.closePullRequest(fullName, second);
  await push('first', 'three');
  const third = await open('third');
  await github.settled();
  await replayLast(stage);
  return { pulls: [first, second, third], firstDelivery };
}

/** As the button on GitHub's page does. */
async function sendLastAgain({ github, repository }: Stage): Promise<void> {
  const last = github.deliveries(repository.fullName).at(-1);
  if (last) await github.redeliver(last.id);
}

/** As somebody who captured a delivery could: the headers are not signed. */
async function replayLast({ github, repository, environment }: Stage): Promise<void> {
  const last = github.deliveries(repository.fullName).at(-1);
  const [hook] = repository.hooks;
  if (!last || !hook) return;
  await deliver(environment['BACKEND_URL'] ?? '', Buffer.from(last.request.body), {
    hookId: hook.id,
    secret: hook.secret ?? '',
  }).catch(() => undefined); // there may be nobody to answer
}

/** GitHub's attempts at the deliveries of a history, by delivery. */
function readAttempts({ github, repository }: Stage, { firstDelivery }: Round): Map<string, Delivery[]> {
  return Map.groupBy(github.deliveries(repository.fullName).slice(firstDelivery), ({ guid }) => guid);
}

/** What got no 200 is sent again, oldest first, as the reconciler or a person does. */
export async function sendUnanswered(stage: Stage, round: Round): Promise<void> {
  for (const attempts of readAttempts(stage, round).values()) {
    const [first] = attempts;
    if (first && !attempts.some(isAnswered)) await stage.github.redeliver(first.id);
  }
}

function isAnswered({ statusCode }: Delivery): boolean {
  return statusCode === 200;
}

export async function settle(stage: Stage, process: ForwarderProcess): Promise<void> {
  await waitFor('no event to be open', async () => (await countOpen(process)) === 0, 60_000);
  await stage.view.idle();
}

const OPEN = ['pending', 'processing'];

/**
 * However many there are, and then at one moment among the newest: an event that is tried again every few milliseconds goes from
 * one status to the other and back between two questions.
 */
async function countOpen(process: ForwarderProcess): Promise<number> {
  let count = 0;
  for (const filter of [...OPEN.map((status) => `status=${status}&limit=1`), 'limit=100']) {
    const { body } = await process.ask('GET', `/api/v1/events?${filter}`);
    count += (body['events'] as { status: string }[]).filter(({ status }) => OPEN.includes(status)).length;
  }
  return count;
}

const END_STATES = new Set(['completed', 'ignored', 'superseded']);

export async function judge(stage: Stage, process: ForwarderProcess, round: Round): Promise<RoundResult> {
  const { github, repository, view } = stage;
  const lost: string[] = [];
  const dispatched = new Set(view.dispatches.map(({ event_id }) => event_id));
  for (const [guid, attempts] of readAttempts(stage, round)) {
    const answer = attempts.find(isAnswered);
    if (!answer) lost.push(`delivery ${guid} was never answered`);
    const ids = attempts.filter(isAnswered).map(({ response }) => readEventId(response.body));
    for (const id of new Set(ids)) {
      const { body } = await process.ask('GET', `/api/v1/events/${id}`);
      const status = String(body['status']);
      const isDone = END_STATES.has(status) && (status !== 'completed' || dispatched.has(id));
      if (!isDone) lost.push(`event ${id} of delivery ${guid} is ${status}: ${String(body['reason'])}`);
    }
  }
  const heads = round.pulls.map((number) => github.pullRequest(repository.fullName, number));
  for (const { number, state, head } of heads) {
    const reviews = countReviews(github, repository.fullName, number, head.sha);
    if (state === 'open' && reviews === 0) lost.push(`#${number} at ${head.sha} has no review`);
  }
  return { lost, doubled: countDoubled(github, repository.fullName, round.pulls) };
}

function readEventId(body: string): number {
  return (JSON.parse(body) as { event_id: number }).event_id;
}

export function countDoubled(github: LocalGitHub, fullName: string, pulls: readonly number[]): number {
  const reviews = pulls.flatMap((number) =>
    github.reviews(fullName, number).map(({ commitId }) => `${number}/${commitId}`),
  );
  return reviews.length - new Set(reviews).size;
}
