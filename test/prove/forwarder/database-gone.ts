// PostgreSQL stops and comes back: meanwhile each delivery gets a 503 that GitHub shows as failed, the process lives, and
// afterwards all is recovered by reconciling.
import { setTimeout as wait } from 'node:timers/promises';
import type { PostgresServer } from '../../forwarder/inbox/stores.ts';
import { waitFor } from '../../forwarder/wait-for.ts';
import { atLeast, fact, none, noneOf, note, type Figure } from '../scenario.ts';
import type { ForwarderProcess } from './forwarder-process.ts';
import { judge, playHistory, settle, type Round } from './history.ts';
import { openStage, type Stage } from './stage.ts';

export interface OutageSize {
  readonly goneMs: number;
}

export async function proveDatabaseGone(
  databaseUrl: string,
  server: PostgresServer,
  { goneMs }: OutageSize,
): Promise<Figure[]> {
  const stage = await openStage({ databaseUrl });
  try {
    const process = await stage.start();
    await stage.connect(process);
    const stoppedAt = performance.now();
    await server.stop();
    const rounds = await playUntil(stage, stoppedAt + goneMs);
    const statuses = readStatuses(stage, rounds);
    const isAlive = (await process.ask('GET', '/livez')).status === 200;
    const readiness = (await process.ask('GET', '/readyz')).status;
    await server.start();
    const goneSeconds = Math.round((performance.now() - stoppedAt) / 1000);
    const backAfterMs = await waitUntilReady(process);
    await reconcile(process);
    await settle(stage, process);
    // Nobody sends a delivery again: what counts is that each head has its review.
    const pulls = rounds.flatMap((round) => round.pulls);
    const { lost, doubled } = await judge(stage, process, { pulls, firstDelivery: Number.MAX_SAFE_INTEGER });
    await process.kill('SIGTERM');
    return [
      atLeast('seconds without the database', goneSeconds, Math.floor(goneMs / 1000)),
      atLeast('deliveries meanwhile', statuses.length, 1),
      noneOf('of them not answered with 503', statuses.filter((status) => status !== 503).map(String)),
      fact('/livez goes on', isAlive),
      fact('/readyz says no', readiness === 503),
      note('milliseconds until ready again', backAfterMs),
      noneOf('lost', lost),
      none('doubled', doubled),
    ];
  } finally {
    await stage.close();
  }
}

/** One history after another, at least one. */
async function playUntil(stage: Stage, endsAt: number): Promise<Round[]> {
  const rounds = [await playHistory(stage, 0)];
  while (performance.now() < endsAt) {
    rounds.push(await playHistory(stage, rounds.length));
    await wait(Math.min(1000, Math.max(0, endsAt - performance.now())));
  }
  return rounds;
}

function readStatuses({ github, repository }: Stage, rounds: readonly Round[]): number[] {
  const deliveries = github.deliveries(repository.fullName).slice(rounds[0]?.firstDelivery);
  return deliveries.map(({ statusCode }) => statusCode);
}

/**
 * Until nothing was in the way. A server that has only just started, on a busy machine, may let a statement or a call time
 * out: then the answer names the problem, and the next round, ten minutes later in production, fetches the rest.
 */
async function reconcile(process: ForwarderProcess): Promise<void> {
  let latest = '';
  const isDone = async (): Promise<boolean> => {
    const { status, body } = await process.ask('POST', '/api/v1/reconcile');
    latest = `${status} ${JSON.stringify(body)}`;
    return status === 200 && (body['problems'] as unknown[]).length === 0;
  };
  await waitFor('all to be fetched', isDone, 60_000).catch((cause: unknown) => {
    throw new Error(`what did not arrive was not fetched: ${latest}`, { cause });
  });
}

async function waitUntilReady(process: ForwarderProcess): Promise<number> {
  const startedAt = performance.now();
  await waitFor('/readyz', async () => (await process.ask('GET', '/readyz')).status === 200, 30_000);
  return Math.round(performance.now() - startedAt);
}
