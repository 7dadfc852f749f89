// Every fault of GitHub that a dispatch can meet, one after the other: each event still ends dispatched, its head reviewed
// once, and never earlier than GitHub asked for.
import type { Fault } from '../../../simulator/github/local-github.ts';
import { atLeast, none, noneOf, type Figure } from '../scenario.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { judge, settle, type Round } from './history.ts';
import { openStage, type Stage } from './stage.ts';

type WithoutRoute<Kind> = Kind extends unknown ? Omit<Kind, 'route'> : never;

export interface NamedFault {
  readonly name: string;
  readonly fault: WithoutRoute<Fault>;
  /** What GitHub asks to wait. */
  readonly waitMs?: number;
}

const ROUTE = '/repos/{owner}/{repo}/dispatches';
const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };

/** Both statuses with every combination of the headers that say how long. */
function listRateLimits(): NamedFault[] {
  const reset = String(Math.floor(Date.now() / 1000) - 1);
  const headers: readonly (readonly [string, Record<string, string>, number])[] = [
    ['retry-after', { 'retry-after': '1' }, 1000],
    ['nothing remains, and when it ends', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 0],
    [
      'retry-after, and nothing remains',
      { 'retry-after': '1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      1000,
    ],
    ['nothing remains, but not when it ends', { 'x-ratelimit-remaining': '0' }, 0],
    ['much remains', { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': reset }, 0],
    ['no header', {}, 0],
  ];
  return [403, 429].flatMap((status) =>
    headers.map(([name, given, waitMs]) => ({
      name: `${status}, ${name}`,
      fault: { status, headers: given, body: SECONDARY },
      waitMs,
    })),
  );
}

export function listFaults(): readonly NamedFault[] {
  return [
    ...listRateLimits(),
    { name: '500, three times', fault: { status: 500, times: 3 } },
    { name: '502 as HTML, three times', fault: { status: 502, body: '<h1>Unicorn!</h1>', times: 3 } },
    { name: '503, three times', fault: { status: 503, times: 3 } },
    { name: '502 to what was accepted', fault: { status: 502, accepted: true } },
    { name: 'silence', fault: { hang: 'before' } },
    { name: 'silence after it was accepted', fault: { hang: 'after-accepting' } },
    { name: 'a cut connection', fault: { reset: 'before' } },
    { name: 'a connection cut after it was accepted', fault: { reset: 'after-accepting' } },
  ];
}

export async function proveGitHubFaults(faults: readonly NamedFault[]): Promise<Figure[]> {
  const stage = await openStage();
  try {
    const process = await start(stage, stage.token);
    await stage.connect(process);
    const results = [];
    for (const [at, fault] of faults.entries()) results.push(await meet(stage, process, fault, at));
    results.push(await meetRename(stage, process));
    results.push(await meetRevokedToken(stage, process));
    return [
      atLeast('faults', results.length, faults.length + 2),
      noneOf(
        'lost',
        results.flatMap(({ name, lost }) => lost.map((loss) => `${name}: ${loss}`)),
      ),
      noneOf(
        'tried again before GitHub asked to',
        results.filter(({ early }) => early).map(({ name }) => name),
      ),
      none(
        'doubled',
        results.reduce((sum, { doubled }) => sum + doubled, 0),
      ),
      noneOf('what GitHub would refuse', stage.github.violations),
    ];
  } finally {
    await stage.close();
  }
}

function start(stage: Stage, token: string): Promise<ForwarderProcess> {
  return stage.start({ environment: { GITHUB_TOKEN: token }, options: { githubTimeoutMs: 2000 } });
}

interface Met {
  readonly name: string;
  readonly lost: readonly string[];
  readonly doubled: number;
  readonly early: boolean;
}

async function meet(
  stage: Stage,
  process: ForwarderProcess,
  { name, fault, waitMs = 0 }: NamedFault,
  at: number,
): Promise<Met> {
  stage.github.fail({ route: ROUTE, ...fault });
  const round = await openOne(stage, `fault-${at}`);
  await settle(stage, process);
  const took = await readDispatchMs(stage, process, round);
  return { name, ...(await judge(stage, process, round)), early: took < waitMs };
}

async function openOne({ github, repository }: Stage, branch: string): Promise<Round> {
  const { fullName } = repository;
  const firstDelivery = github.deliveries(fullName).length;
  await github.commit(fullName, branch, { message: branch, author: 'ada', files: { [branch]: 'a\n' } });
  const input = { repository: fullName, head: branch, base: 'main', title: branch, author: 'ada' };
  const { number } = await github.openPullRequest(input);
  await github.settled();
  return { pulls: [number], firstDelivery };
}

function readEventId({ github, repository }: Stage, { firstDelivery }: Round): number {
  const [delivery] = github.deliveries(repository.fullName).slice(firstDelivery);
  return (JSON.parse(delivery?.response.body ?? '{}') as { event_id: number }).event_id;
}

/** From its arrival to the dispatch that GitHub took. */
async function readDispatchMs(stage: Stage, process: ForwarderProcess, round: Round): Promise<number> {
  const { body } = await process.ask('GET', `/api/v1/events/${readEventId(stage, round)}`);
  return Date.parse(String(body['dispatched_at'])) - Date.parse(String(body['received_at']));
}

/** The name that the payload has is a former one when the dispatch goes out: 301. */
async function meetRename(stage: Stage, process: ForwarderProcess): Promise<Met> {
  const { github, repository } = stage;
  // Silence holds the dispatch up until the name has changed.
  github.fail({ route: ROUTE, hang: 'before' });
  const opened = await openOne(stage, 'renamed');
  // Deliveries stay under the name they were sent with: after it has changed only the review is found.
  const eventId = readEventId(stage, opened);
  github.renameRepository(repository.fullName, 'motor');
  await settle(stage, process);
  const { body } = await process.ask('GET', `/api/v1/events/${eventId}`);
  const end = `${String(body['status'])}: ${String(body['reason'])}`;
  const { lost, doubled } = await judge(stage, process, {
    ...opened,
    firstDelivery: Number.MAX_SAFE_INTEGER,
  });
  return { name: '301', lost: lost.map((loss) => `${loss} (${end})`), doubled, early: false };
}

/** It is refused from one moment to the next; the operator starts the forwarder with another. */
async function meetRevokedToken(stage: Stage, process: ForwarderProcess): Promise<Met> {
  const { github } = stage;
  github.revokeToken(stage.token);
  const round = await openOne(stage, 'revoked');
  await process.kill('SIGTERM');
  const token = github.createToken('ada', {
    actions: 'read',
    contents: 'write',
    metadata: 'read',
    repository_hooks: 'write',
  });
  const next = await start(stage, token);
  await settle(stage, next);
  const result = await judge(stage, next, round);
  await next.kill('SIGTERM');
  return { name: 'a revoked token', ...result, early: false };
}
