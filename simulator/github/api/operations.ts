// Operation of the published description → who may call it, and what serves it. What is not listed is not served.
import type { PermissionLevel, PermissionScope } from '../world.ts';
import type { Handler } from './call.ts';
import * as checks from './checks.ts';
import * as dispatches from './dispatches.ts';
import * as hooks from './hooks.ts';
import * as pulls from './pulls.ts';
import * as repositories from './repositories.ts';

export interface ServedOperation {
  readonly handler: Handler;
  /** Undefined: any valid token. */
  readonly needs: { readonly scope: PermissionScope; readonly level: PermissionLevel } | undefined;
}

function serve(handler: Handler, scope?: PermissionScope, level: PermissionLevel = 'read'): ServedOperation {
  return { handler, needs: scope && { scope, level } };
}

export const OPERATIONS: Readonly<Record<string, ServedOperation>> = {
  'actions/create-workflow-dispatch': serve(dispatches.createWorkflowDispatch, 'actions', 'write'),
  'actions/get-workflow-run': serve(repositories.getWorkflowRun, 'actions'),
  'actions/list-workflow-runs-for-repo': serve(repositories.listWorkflowRuns, 'actions'),
  'checks/create': serve(checks.createCheckRun, 'checks', 'write'),
  'checks/list-for-ref': serve(checks.listCheckRuns, 'checks'),
  'checks/update': serve(checks.updateCheckRun, 'checks', 'write'),
  'pulls/get': serve(pulls.getPull, 'pull_requests'),
  'pulls/create-review': serve(pulls.createReview, 'pull_requests', 'write'),
  'pulls/list': serve(pulls.listPulls, 'pull_requests'),
  'pulls/list-review-comments': serve(pulls.listReviewComments, 'pull_requests'),
  'pulls/list-reviews': serve(pulls.listReviews, 'pull_requests'),
  'rate-limit/get': serve(repositories.getRateLimit),
  'repos/compare-commits-with-basehead': serve(repositories.compareCommits, 'contents'),
  'repos/create-dispatch-event': serve(dispatches.createDispatch, 'contents', 'write'),
  'repos/create-webhook': serve(hooks.createHook, 'repository_hooks', 'write'),
  'repos/delete-webhook': serve(hooks.deleteHook, 'repository_hooks', 'write'),
  'repos/get': serve(repositories.getRepositoryByName, 'metadata'),
  'repos/get-webhook': serve(hooks.getHook, 'repository_hooks'),
  'repos/get-webhook-delivery': serve(hooks.getDelivery, 'repository_hooks'),
  'repos/list-webhook-deliveries': serve(hooks.listDeliveries, 'repository_hooks'),
  'repos/list-webhooks': serve(hooks.listHooks, 'repository_hooks'),
  'repos/ping-webhook': serve(hooks.pingHook, 'repository_hooks', 'write'),
  'repos/redeliver-webhook-delivery': serve(hooks.redeliverDelivery, 'repository_hooks', 'write'),
  'repos/update-webhook': serve(hooks.updateHook, 'repository_hooks', 'write'),
  'users/get-authenticated': serve(repositories.getAuthenticatedUser),
};
