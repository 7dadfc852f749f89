// The repository itself, comparisons of its commits, its workflow runs; and what belongs to no repository.
import { listCommits, readMergeBase, resolveCommit } from '../git/bare-repository.ts';
import { getUser } from '../world.ts';
import { notFound, paginate, Refusal, type Call, type Handler } from './call.ts';
import { presentRepository, presentUser, presentWorkflowRun } from './present.ts';

export const getRepositoryByName: Handler = ({ world, repository }) => ({
  status: 200,
  body: presentRepository(world, repository),
});

/** `base...head`, each a commit or a branch; the merge base is git's own. */
export const compareCommits: Handler = async (call) => {
  const { repository, world, params } = call;
  const [base, head] = await Promise.all(
    (params['basehead'] ?? '').split('...').map((revision) => resolveCommit(repository.gitDir, revision)),
  );
  if (base === undefined || head === undefined) throw notFound();
  const mergeBase = await readMergeBase(repository.gitDir, base, head);
  if (mergeBase === undefined) throw new Refusal(404, `No common ancestor between ${base} and ${head}.`);
  const [ahead, behind] = await Promise.all([
    listCommits(repository.gitDir, base, head),
    listCommits(repository.gitDir, head, base),
  ]);
  const status =
    ahead.length > 0
      ? behind.length > 0
        ? 'diverged'
        : 'ahead'
      : behind.length > 0
        ? 'behind'
        : 'identical';
  const url = `${world.apiUrl}/repos/${repository.fullName}/compare/${base}...${head}`;
  const commits = ahead.map(({ sha, message, author }) => presentCommit(call, sha, message, author));
  return paginate(call, commits, (page) => ({
    url,
    html_url: url,
    permalink_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    base_commit: presentCommit(call, base),
    merge_base_commit: presentCommit(call, mergeBase),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: page,
    files: [],
  }));
};

function presentCommit({ world, repository }: Call, sha: string, message = '', author = 'octo') {
  const url = `${world.apiUrl}/repos/${repository.fullName}/commits/${sha}`;
  const person = { name: author, email: `${author}@users.noreply.github.com`, date: '2026-01-01T00:00:00Z' };
  return {
    url,
    sha,
    node_id: `C_${sha}`,
    html_url: `${world.url}/${repository.fullName}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person,
      committer: person,
      message,
      comment_count: 0,
      tree: { sha, url },
    },
    author: null,
    committer: null,
    parents: [],
  };
}

export const listWorkflowRuns: Handler = (call) => {
  const { world, repository, query } = call;
  const event = query.get('event');
  const created = query.get('created');
  const since = created?.startsWith('>=') === true ? created.slice(2) : '';
  const found = repository.workflowRuns
    .filter((run) => (event === null || run.event === event) && run.createdAt >= since)
    .toReversed();
  return paginate(
    call,
    found.map((run) => presentWorkflowRun(world, repository, run)),
    (page) => ({ total_count: found.length, workflow_runs: page }),
  );
};

export const getWorkflowRun: Handler = ({ world, repository, params }) => {
  const run = repository.workflowRuns.find(({ id }) => id === Number(params['run_id']));
  if (!run) throw notFound();
  return { status: 200, body: presentWorkflowRun(world, repository, run) };
};

/** Closed to apps, and so to the token of a job. */
export const getAuthenticatedUser: Handler = ({ world, token }) => {
  const user = getUser(world, token.login);
  if (user.type === 'Bot') throw new Refusal(403, 'Resource not accessible by integration');
  return {
    status: 200,
    body: {
      ...presentUser(world, user),
      name: user.login,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2020-01-01T00:00:00Z',
    },
  };
};

export const getRateLimit: Handler = ({ token }) => {
  const core = {
    limit: 5000,
    used: 5000 - token.requestsLeft,
    remaining: token.requestsLeft,
    reset: Math.ceil(Date.now() / 1000) + 3600,
  };
  return { status: 200, body: { resources: { core, search: core }, rate: core } };
};
