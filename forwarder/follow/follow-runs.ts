// Dispatched events → their runs, and how those ended. One round asks GitHub once for each repository that has something
// open; nothing open, nothing asked. Every event ends: with its run, without one after five minutes, or after a day.
import pMap from 'p-map';
import type { Governor } from '../dispatch/governor.ts';
import { readInBackground } from '../dispatch/read-in-background.ts';
import type { ConditionalReader } from '../github/conditional-reader.ts';
import type { GitHubAccess } from '../github/github-access.ts';
import { splitName } from '../github/open-github.ts';
import type { Refusal } from '../github/read-refusal.ts';
import type { FollowedEvent } from '../inbox/event.ts';
import type { Inbox, RunEnd } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';
import { explainMissingRun } from './explain-missing-run.ts';
import { readRuns, type ReadRuns } from './read-runs.ts';
import { findNewerRun, findRun, judgeRun } from './judge-run.ts';

export interface FollowPolicy {
  /** Between two rounds while something is open. */
  readonly everyMs: number;
  /** A dispatch without a run after this has failed. */
  readonly missingAfterMs: number;
  /** A run that has not ended after this is no longer followed: GitHub itself ends jobs that wait for a runner for a day. */
  readonly giveUpAfterMs: number;
}

export const FOLLOW_POLICY: FollowPolicy = {
  everyMs: 10_000,
  missingAfterMs: 5 * 60_000,
  giveUpAfterMs: 25 * 60 * 60_000,
};

export interface FollowEdges {
  readonly inbox: Inbox;
  readonly access: GitHubAccess;
  readonly governor: Governor;
  readonly reader: ConditionalReader;
  readonly policy: FollowPolicy;
  readonly log: Log;
  readonly now: () => Date;
}

/** Repositories at a time. */
const CONCURRENCY = 8;
/** GitHub's clock and ours. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** Nothing is open: the store is asked again, GitHub is not. */
const IDLE_MS = 5000;

/** Returns how long nothing is to be done. */
export async function followRuns(edges: FollowEdges, signal: AbortSignal): Promise<number> {
  const open = await edges.inbox.events.listFollowed();
  if (open.length === 0) return Math.min(IDLE_MS, edges.policy.everyMs);
  const byRepository = Map.groupBy(open, ({ repositoryId }) => repositoryId);
  await pMap(byRepository.values(), (events) => (signal.aborted ? undefined : followSafely(edges, events)), {
    concurrency: CONCURRENCY,
  });
  return edges.policy.everyMs;
}

/** What goes wrong with one repository is told, and the others go on. */
async function followSafely(edges: FollowEdges, events: readonly FollowedEvent[]): Promise<void> {
  const [first] = events;
  try {
    await followRepository(edges, events);
  } catch (error) {
    edges.log.error(
      { repo: first?.repo, err: error },
      'runs could not be followed; the next round tries again',
    );
  }
}

async function followRepository(edges: FollowEdges, events: readonly FollowedEvent[]): Promise<void> {
  const [oldest] = events;
  if (!oldest) return;
  const connection = await edges.inbox.connections.findByRepository(oldest.repositoryId);
  const name = splitName(connection?.fullName ?? oldest.repo);
  const since = new Date(Date.parse(oldest.dispatchedAt) - CLOCK_SKEW_MS);
  const { connections } = edges.inbox;
  const read = await readInBackground(
    { ...edges, connections },
    name,
    connection,
    async ({ github }, requireSpare) => {
      const { reader } = edges;
      return { github, found: await readRuns({ reader, github, requireSpare }, name, events, since) };
    },
  );
  switch (read.kind) {
    case 'read': {
      const { github, found } = read.value;
      const explain = once(() => explainMissingRun(github, name));
      for (const event of events) await followEvent(edges, explain, event, found);
      return;
    }
    case 'waits':
      for (const event of events) {
        await endUnfollowed(edges, event, { kind: 'unavailable', message: read.reason });
      }
      return;
    case 'refused':
      edges.log.warn({ repo: oldest.repo, refusal: read.refusal.kind }, 'runs cannot be read');
      for (const event of events) await endUnfollowed(edges, event, read.refusal);
  }
}

/** One look serves every event of a repository. */
function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= work());
}

async function followEvent(
  edges: FollowEdges,
  explain: () => Promise<string>,
  event: FollowedEvent,
  { runs, gone }: ReadRuns,
): Promise<void> {
  const { inbox, policy } = edges;
  const run = findRun(event, runs);
  if (run) {
    const isNew = event.runUrl !== run.html_url || event.runId !== run.id;
    if (isNew) await inbox.events.noteRun(event, { id: run.id, url: run.html_url });
    const end = judgeRun(run);
    if (end?.kind === 'cancelled') {
      const newer = findNewerRun(event, run, runs);
      await finish(edges, event, newer ? { ...end, newerRunUrl: newer.html_url } : end);
    } else if (end) await finish(edges, event, end);
    else if (readAgeMs(edges, event) > policy.giveUpAfterMs) await finish(edges, event, UNFINISHED);
    return;
  }
  if (event.runUrl !== null && event.runId !== null && gone.has(event.runId)) {
    const reason = `run_deleted: GitHub does not have ${event.runUrl} any more`;
    await finish(edges, event, { kind: 'failed', reason });
    return;
  }
  if (readAgeMs(edges, event) <= policy.missingAfterMs) return;
  const minutes = Math.round(policy.missingAfterMs / 60_000);
  const cause = await explain();
  await finish(edges, event, {
    kind: 'failed',
    reason: `run_missing: no run appeared within ${minutes} minutes. ${cause}`,
  });
}

const UNFINISHED: RunEnd = { kind: 'failed', reason: 'run_unfinished: the run has not ended after a day' };

/** What can be read later is left open; what never can ends now, and says so. */
async function endUnfollowed(edges: FollowEdges, event: FollowedEvent, refusal: Refusal): Promise<void> {
  switch (refusal.kind) {
    case 'forbidden':
      await finish(edges, event, {
        kind: 'completed',
        reason:
          'not_followed: GitHub took the dispatch, but the token may not read its run: give it Actions: read to see how reviews end',
      });
      return;
    case 'not_found':
    case 'gone':
    case 'invalid':
      await finish(edges, event, {
        kind: 'failed',
        reason: `run_unreadable: the runs of ${event.repo} cannot be read any more (${describe(refusal)})`,
      });
      return;
    case 'token_rejected':
    case 'rate_limited':
    case 'unavailable':
      if (readAgeMs(edges, event) > edges.policy.giveUpAfterMs) await finish(edges, event, UNFINISHED);
  }
}

function describe(refusal: Refusal): string {
  return 'message' in refusal ? refusal.message : refusal.kind;
}

async function finish({ inbox, log, now }: FollowEdges, event: FollowedEvent, end: RunEnd): Promise<void> {
  const ended = await inbox.events.endRun(event, end, now());
  if (!ended) return;
  const { id: event_id, deliveryId: delivery_id, repo, pullRequest: pull_request } = event;
  const fields = { event_id, delivery_id, repo, pull_request, end: end.kind, reason: end.reason };
  if (end.kind === 'completed') log.info(fields, 'run ended');
  else log.warn(fields, 'run ended');
}

function readAgeMs({ now }: FollowEdges, { dispatchedAt }: FollowedEvent): number {
  return now().getTime() - Date.parse(dispatchedAt);
}
