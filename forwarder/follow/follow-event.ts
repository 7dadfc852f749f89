// A dispatched event and the runs that were read, or why none could be → how it ends, or that it stays open. Every event
// ends: with its run, without one after five minutes, or after a day.
import type { Governor } from '../dispatch/governor.ts';
import type { ConditionalReader } from '../github/conditional-reader.ts';
import type { GitHubAccess } from '../github/github-access.ts';
import type { Refusal } from '../github/read-refusal.ts';
import type { FollowedEvent } from '../inbox/event.ts';
import type { Inbox, RunEnd } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';
import type { FollowPolicy } from './follow-policy.ts';
import { findNewerRun, findRun, judgeRun } from './judge-run.ts';
import type { ReadRuns } from './read-runs.ts';

export interface FollowEdges {
  readonly inbox: Inbox;
  /** Undefined: there is no token to read with. */
  readonly access: GitHubAccess | undefined;
  /** There when `access` is. */
  readonly governor: Governor | undefined;
  readonly reader: ConditionalReader;
  readonly policy: FollowPolicy;
  readonly log: Log;
  readonly now: () => Date;
}

export async function followEvent(
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
  if (!isLate(edges, event)) return;
  const minutes = Math.round(policy.missingAfterMs / 60_000);
  const cause = await explain();
  await finish(edges, event, {
    kind: 'failed',
    reason: `run_missing: no run appeared within ${minutes} minutes. ${cause}`,
  });
}

/** Its run should have been there by now, and is not. */
export function isMissing(edges: FollowEdges, event: FollowedEvent, { runs }: ReadRuns): boolean {
  return isLate(edges, event) && findRun(event, runs) === undefined;
}

function isLate(edges: FollowEdges, event: FollowedEvent): boolean {
  return readAgeMs(edges, event) > edges.policy.missingAfterMs;
}

const UNFINISHED: RunEnd = { kind: 'failed', reason: 'run_unfinished: the run has not ended after a day' };

/** What can be read later is left open; what never can ends now, and says so. */
export async function endUnfollowed(
  edges: FollowEdges,
  event: FollowedEvent,
  refusal: Refusal,
): Promise<void> {
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
