// SIGKILL at every point between receiving and completing, then a restart on the same database: what was answered with
// 200 is dispatched, and each head has one review. One start for each kill: the process that tidies up after one death is
// the one that dies next.
import Database from 'better-sqlite3';
import { titled, atLeast, fact, none, noneOf, note, type Figure } from '../scenario.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { judge, playHistory, sendUnanswered, settle } from './history.ts';
import { openStage, type Stage } from './stage.ts';

export interface CrashMatrixSize {
  /** How many times to kill: from as many as there are places on, each place is among them. */
  readonly kills: number;
  /** What must have been reached, since a point may not come again. */
  readonly least: number;
}

interface Tally {
  kills: number;
  missed: number;
  lost: string[];
  doubled: number;
  readonly places: Set<string>;
}

export async function proveCrashes(
  title: string,
  databaseUrl: string | undefined,
  { kills, least }: CrashMatrixSize,
): Promise<Figure[]> {
  const stage = await openStage(databaseUrl === undefined ? {} : { databaseUrl });
  try {
    const connecting = await stage.start();
    await stage.connect(connecting);
    await connecting.kill('SIGTERM');
    const first = await start(stage);
    const points = await listPoints(stage, first);
    const tally: Tally = { kills: 0, missed: 0, lost: [], doubled: 0, places: new Set() };
    let process = first;
    for (const point of choosePoints(points, kills)) process = await dieAt(stage, process, point, tally);
    await process.kill('SIGTERM');
    return titled(title, [
      note('points at which a history can end', points.length),
      note('places among them', new Set(points).size),
      atLeast('kills', tally.kills, least),
      note('different places of death', tally.places.size),
      note('histories that were over before their point came', tally.missed),
      note('dispatches that GitHub took', stage.view.dispatches.length),
      note('of them again, after a death that hid the answer', countRepeated(stage)),
      noneOf('lost', tally.lost),
      none('doubled', tally.doubled),
      noneOf('what GitHub would refuse', stage.github.violations),
      ...(databaseUrl === undefined ? [isSound(stage)] : []),
    ]);
  } finally {
    await stage.close();
  }
}

/** Its leases are short, so that another process has them soon. */
function start(stage: Stage): Promise<ForwarderProcess> {
  const options = { leaseMs: 2500, githubTimeoutMs: 2000 };
  return stage.start({ options, dies: true });
}

/** The name of each point that one history passes, in order. */
async function listPoints(stage: Stage, process: ForwarderProcess): Promise<string[]> {
  await process.ask('POST', '/crash-at/0');
  await playHistory(stage, 0);
  await quiet(process);
  const points = await fetch(`${process.url}/crash-at`);
  return (await points.json()) as string[];
}

/**
 * Numbers of points, counted from 1, in order. The same few statements make most of a history: first of all comes where each
 * place is passed first and last, then what lies evenly between.
 */
function choosePoints(points: readonly string[], kills: number): number[] {
  const ends = [...new Set(points)].flatMap((place) => [points.indexOf(place), points.lastIndexOf(place)]);
  const chosen = new Set(kills < ends.length ? [] : ends);
  const others = points.map((_, at) => at).filter((at) => !chosen.has(at));
  const wanted = Math.min(kills - chosen.size, others.length);
  for (let at = 0; at < wanted; at += 1) chosen.add(others[Math.floor((at * others.length) / wanted)] ?? 0);
  return [...chosen].sort((one, other) => one - other).map((at) => at + 1);
}

async function dieAt(
  stage: Stage,
  process: ForwarderProcess,
  point: number,
  tally: Tally,
): Promise<ForwarderProcess> {
  await process.ask('POST', `/crash-at/${point}`);
  const round = await playHistory(stage, point);
  await quiet(process);
  const [, place] = /^killed (.*)$/m.exec(process.errors.join('\n')) ?? [];
  if (place === undefined) {
    if (process.hasEnded()) throw new Error(`the forwarder ended by itself: ${process.errors.join('\n')}`);
    tally.missed += 1;
    await process.kill('SIGKILL');
  } else {
    tally.kills += 1;
    tally.places.add(place);
  }
  const next = await start(stage);
  await sendUnanswered(stage, round);
  await settle(stage, next);
  const { lost, doubled } = await judge(stage, next, round);
  tally.lost.push(...lost.map((loss) => `killed ${place} (${point}): ${loss}`));
  tally.doubled += doubled;
  return next;
}

/** How long nothing may happen before a history counts as over. */
const QUIET_MS = 300;

/** Settles when the process is dead or has nothing to say any more. */
async function quiet(process: ForwarderProcess): Promise<void> {
  while (!process.hasEnded() && performance.now() - process.lastLogAt() < QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (process.hasEnded()) await process.ended;
}

function countRepeated({ view: { dispatches } }: Stage): number {
  return dispatches.length - new Set(dispatches.map(({ event_id }) => event_id)).size;
}

function isSound({ environment }: Stage): Figure {
  const path = (environment['DATABASE_URL'] ?? '').replace('sqlite:', '');
  const database = new Database(path, { readonly: true });
  const result = database.pragma('integrity_check', { simple: true });
  database.close();
  return fact('the file is sound', result === 'ok');
}
