// Check runs and workflow runs as the API shows them.
import type { CheckRun, Repository, WorkflowRun, World } from '../world.ts';
import { relocateExample, type Json } from './example.ts';
import { presentRepositoryReference, presentUserByLogin } from './repository.ts';

export function presentCheckRun(world: World, repository: Repository, check: CheckRun): Json {
  const base = relocateExample('check-run-example-of-in-progress-conclusion', world, repository);
  const url = `${world.apiUrl}/repos/${repository.fullName}/check-runs/${check.id}`;
  return {
    ...base,
    id: check.id,
    head_sha: check.headSha,
    node_id: `CR_${check.id}`,
    external_id: check.externalId,
    url,
    html_url: `${world.url}/${repository.fullName}/runs/${check.id}`,
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    name: check.name,
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    app: { ...(base['app'] as Json), slug: check.appSlug, name: check.appSlug },
    pull_requests: [],
  };
}

export function presentWorkflowRun(world: World, repository: Repository, run: WorkflowRun): Json {
  const actor = presentUserByLogin(world, run.actor);
  return {
    ...relocateExample('workflow-run', world, repository),
    id: run.id,
    name: run.name,
    node_id: `WFR_${run.id}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    run_number: repository.workflowRuns.indexOf(run) + 1,
    event: run.event,
    display_title: run.displayTitle,
    status: run.status,
    conclusion: run.conclusion,
    url: `${world.apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`,
    html_url: `${world.url}/${repository.fullName}/actions/runs/${run.id}`,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
    referenced_workflows: [],
    repository: presentRepositoryReference(world, repository),
    head_repository: presentRepositoryReference(world, repository),
  };
}
