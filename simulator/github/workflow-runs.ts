// Workflow runs, as the Actions API shows them. Nothing here runs a workflow: whoever does writes its runs.
import { getRepository, now, takeId, type WorkflowRun, type World } from './world.ts';

export type WorkflowRunInput = Pick<
  WorkflowRun,
  'name' | 'path' | 'displayTitle' | 'event' | 'headSha' | 'headBranch' | 'actor'
> & { readonly fullName: string };

export interface WorkflowRuns {
  create(input: WorkflowRunInput): WorkflowRun;
  update(id: number, patch: Partial<Pick<WorkflowRun, 'status' | 'conclusion'>>): WorkflowRun;
  list(fullName: string): readonly WorkflowRun[];
}

export function composeWorkflowRuns(world: World): WorkflowRuns {
  return {
    create: ({ fullName, ...run }) => {
      const created: WorkflowRun = {
        ...run,
        id: takeId(world),
        status: 'queued',
        conclusion: null,
        createdAt: now(),
        updatedAt: now(),
      };
      getRepository(world, fullName).workflowRuns.push(created);
      return created;
    },
    update: (id, patch) => {
      const run = world.repositories
        .flatMap(({ workflowRuns }) => workflowRuns)
        .find((candidate) => candidate.id === id);
      if (!run) throw new Error(`the local GitHub has no workflow run ${id}`);
      return Object.assign(run, patch, { updatedAt: now() });
    },
    list: (fullName) => getRepository(world, fullName).workflowRuns,
  };
}
