// Whether Actions runs in a repository, and the workflows of its default branch.
import { listTree } from '../git/read-tree.ts';
import { resolveCommit } from '../git/bare-repository.ts';
import { relocateExample } from '../present/example.ts';
import type { Handler } from './call.ts';
import { paginate } from './paginate.ts';

export const getActionsPermissions: Handler = ({ repository }) => ({
  status: 200,
  body: {
    enabled: repository.actionsEnabled,
    ...(repository.actionsEnabled ? { allowed_actions: 'all' } : {}),
    sha_pinning_required: false,
  },
});

export const listWorkflows: Handler = async (call) => {
  const { world, repository } = call;
  const sha = await resolveCommit(repository.gitDir, `refs/heads/${repository.defaultBranch}`);
  const entries = sha === undefined ? [] : await listTree(repository.gitDir, sha, '.github/workflows/');
  const paths = entries.map(({ path }) => path).filter((path) => /\.ya?ml$/.test(path));
  return paginate(call, paths, (page) => ({
    total_count: paths.length,
    workflows: page.map((path) => ({
      ...relocateExample('workflow', world, repository),
      path,
      state: repository.disabledWorkflows.has(path) ? 'disabled_manually' : 'active',
    })),
  }));
};
