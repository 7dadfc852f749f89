// A run as GitHub shows it → how it ended for its event, or undefined while it goes on.
import type { WorkflowRun } from '../github/list-runs.ts';
import type { FollowedEvent } from '../inbox/event.ts';
import type { RunEnd } from '../inbox/inbox.ts';

/** The newest run of this dispatch, by its run name; one of an earlier dispatch of the same event does not count. */
export function findRun(event: FollowedEvent, runs: readonly WorkflowRun[]): WorkflowRun | undefined {
  const isOfThisDispatch = ({ id }: WorkflowRun): boolean => {
    if (event.runId === null) return true;
    // Ids grow. Without an address, the run that is known is that of the dispatch before.
    return event.runUrl === null ? id > event.runId : id >= event.runId;
  };
  return runs.find((run) => run.display_title.includes(event.deliveryId) && isOfThisDispatch(run));
}

/** Of the same pull request, whoever's dispatch started it. */
export function findNewerRun(
  { pullRequest }: FollowedEvent,
  { id }: WorkflowRun,
  runs: readonly WorkflowRun[],
): WorkflowRun | undefined {
  const isOfPullRequest = new RegExp(`#${pullRequest}\\b`);
  return runs.find((run) => run.id > id && isOfPullRequest.test(run.display_title));
}

export function judgeRun({ status, conclusion, html_url }: WorkflowRun): RunEnd | undefined {
  if (status !== 'completed') return undefined;
  switch (conclusion) {
    case 'success':
    case 'neutral':
      return { kind: 'completed' };
    case 'skipped':
      return {
        kind: 'completed',
        reason: 'run_skipped: a condition (`if:`) of the workflow left every job out',
      };
    case 'cancelled':
      return { kind: 'cancelled', reason: `run_cancelled: somebody, or another run, cancelled ${html_url}` };
    case 'startup_failure':
      return {
        kind: 'failed',
        reason: `run_startup_failure: GitHub cannot start the workflow; see ${html_url}`,
      };
    case 'action_required':
      return { kind: 'failed', reason: `run_action_required: somebody has to approve ${html_url}` };
    case null:
    default:
      return { kind: 'failed', reason: `run_${conclusion ?? 'ended'}: see ${html_url}` };
  }
}
