// Operation of the published description → who may call it, and what serves it. What is not listed is not served.
// The rights are those of docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens.
import type { PermissionLevel, PermissionScope } from '../world.ts';
import type { Needed } from './access.ts';
import * as account from './account.ts';
import * as actions from './actions.ts';
import * as apps from './apps.ts';
import type { Handler } from './call.ts';
import * as checks from './checks.ts';
import { getCollaboratorPermission } from './collaborators.ts';
import * as commits from './commits.ts';
import { getContent } from './contents.ts';
import * as deliveries from './deliveries.ts';
import * as dispatches from './dispatches.ts';
import * as hooks from './hooks.ts';
import * as issueComments from './issue-comments.ts';
import * as pulls from './pulls.ts';
import { putContent } from './put-content.ts';
import { createRef } from './refs.ts';
import * as reviews from './reviews.ts';
import * as workflowRuns from './workflow-runs.ts';

export interface ServedOperation {
  readonly handler: Handler;
  /** Undefined: any valid token. */
  readonly needs: Needed | undefined;
}

function serve(handler: Handler, scope?: PermissionScope, level: PermissionLevel = 'read'): ServedOperation {
  return { handler, needs: scope && { scope, level } };
}

export const OPERATIONS: Readonly<Record<string, ServedOperation>> = {
  'actions/get-github-actions-permissions-repository': serve(actions.getActionsPermissions, 'administration'),
  'actions/list-repo-workflows': serve(actions.listWorkflows, 'actions'),
  'apps/create-installation-access-token': serve(apps.createInstallationToken),
  'apps/get-repo-installation': serve(apps.getRepositoryInstallation),
  'actions/create-workflow-dispatch': serve(dispatches.createWorkflowDispatch, 'actions', 'write'),
  'actions/get-workflow-run': serve(workflowRuns.getWorkflowRun, 'actions'),
  'actions/list-workflow-runs-for-repo': serve(workflowRuns.listWorkflowRuns, 'actions'),
  'checks/create': serve(checks.createCheckRun, 'checks', 'write'),
  'checks/get': serve(checks.getCheckRun, 'checks'),
  'checks/list-for-ref': serve(checks.listCheckRuns, 'checks'),
  'checks/update': serve(checks.updateCheckRun, 'checks', 'write'),
  'git/create-ref': serve(createRef, 'contents', 'write'),
  'git/get-ref': serve(commits.getRef, 'contents'),
  'issues/create-comment': serve(issueComments.createIssueComment, 'pull_requests', 'write'),
  'issues/list-comments': serve(issueComments.listIssueComments, 'pull_requests'),
  'meta/root': serve(account.getRoot),
  'pulls/create': serve(pulls.createPull, 'pull_requests', 'write'),
  'pulls/create-review': serve(reviews.createReview, 'pull_requests', 'write'),
  'pulls/create-reply-for-review-comment': serve(reviews.replyToReviewComment, 'pull_requests', 'write'),
  'pulls/get': serve(pulls.getPull, 'pull_requests'),
  'pulls/get-review': serve(reviews.getReview, 'pull_requests'),
  'pulls/list': serve(pulls.listPulls, 'pull_requests'),
  'pulls/list-files': serve(pulls.listPullFiles, 'pull_requests'),
  'pulls/list-review-comments': serve(reviews.listReviewComments, 'pull_requests'),
  'pulls/list-reviews': serve(reviews.listReviews, 'pull_requests'),
  'pulls/update-review': serve(reviews.updateReview, 'pull_requests', 'write'),
  'pulls/update-review-comment': serve(reviews.updateReviewComment, 'pull_requests', 'write'),
  'rate-limit/get': serve(account.getRateLimit),
  'reactions/create-for-issue-comment': serve(issueComments.reactToIssueComment, 'pull_requests', 'write'),
  'reactions/create-for-pull-request-review-comment': serve(
    reviews.reactToReviewComment,
    'pull_requests',
    'write',
  ),
  'repos/compare-commits-with-basehead': serve(commits.compareCommits, 'contents'),
  'repos/create-dispatch-event': serve(dispatches.createDispatch, 'contents', 'write'),
  'repos/create-or-update-file-contents': serve(putContent, 'contents', 'write'),
  'repos/create-webhook': serve(hooks.createHook, 'repository_hooks', 'write'),
  'repos/delete-webhook': serve(hooks.deleteHook, 'repository_hooks', 'write'),
  'repos/get': serve(account.getRepository, 'metadata'),
  'repos/get-commit': serve(commits.getCommit, 'contents'),
  'repos/get-collaborator-permission-level': serve(getCollaboratorPermission, 'metadata'),
  'repos/get-content': serve(getContent, 'contents'),
  'repos/get-webhook': serve(hooks.getHook, 'repository_hooks'),
  'repos/get-webhook-delivery': serve(deliveries.getDelivery, 'repository_hooks'),
  'repos/list-webhook-deliveries': serve(deliveries.listDeliveries, 'repository_hooks'),
  'repos/list-webhooks': serve(hooks.listHooks, 'repository_hooks'),
  'repos/ping-webhook': serve(hooks.pingHook, 'repository_hooks'),
  'repos/redeliver-webhook-delivery': serve(deliveries.redeliverDelivery, 'repository_hooks', 'write'),
  'repos/update-webhook': serve(hooks.updateHook, 'repository_hooks', 'write'),
  'users/get-authenticated': serve(account.getAuthenticatedUser),
};
