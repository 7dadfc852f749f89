// Comparisons, commits and refs, each read from the real repository.
import { fetchCommit, resolveCommit } from '../git/bare-repository.ts';
import { listChangedFiles } from '../git/changed-files.ts';
import { listCommits, readCommit, readMergeBase } from '../git/read-commits.ts';
import { presentChangedFile, presentCommit } from '../present/commit.ts';
import { covers } from './access.ts';
import { notFound, Refusal, type Call, type Handler } from './call.ts';
import { paginate } from './paginate.ts';

/** docs.github.com/rest/commits/commits#compare-two-commits: the first page holds up to 300 files. */
const MAX_COMPARED_FILES = 300;

/** `base...head`, each a commit, a branch, or `owner:branch` of a fork. The merge base is git's own. */
export const compareCommits: Handler = async (call) => {
  const { repository, world, params, query } = call;
  const { gitDir, fullName } = repository;
  const basehead = params['basehead'] ?? '';
  const revisions = basehead.split('...');
  if (revisions.length !== 2) throw notFound();
  const [base, head] = await Promise.all(revisions.map((revision) => resolveInNetwork(call, revision)));
  if (base === undefined || head === undefined) throw notFound();
  const mergeBase = await readMergeBase(gitDir, base, head);
  if (mergeBase === undefined)
    throw new Refusal(404, `No common ancestor between ${basehead.replace('...', ' and ')}.`);
  const [ahead, behind, files, baseCommit, mergeBaseCommit] = await Promise.all([
    listCommits(gitDir, base, head),
    listCommits(gitDir, head, base),
    Number(query.get('page') ?? 1) === 1 ? listChangedFiles(gitDir, mergeBase, head) : [],
    readCommit(gitDir, base),
    readCommit(gitDir, mergeBase),
  ]);
  const api = `${world.apiUrl}/repos/${fullName}/compare/${encodeURIComponent(basehead)}`;
  const html = `${world.url}/${fullName}/compare/${basehead}`;
  return paginate(call, ahead, (page) => ({
    url: api,
    html_url: html,
    permalink_url: `${world.url}/${fullName}/compare/${base}...${head}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: presentCommit(world, repository, baseCommit),
    merge_base_commit: presentCommit(world, repository, mergeBaseCommit),
    status: describeDistance(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: page.map((commit) => presentCommit(world, repository, commit)),
    files: files
      .slice(0, MAX_COMPARED_FILES)
      .map((file) => presentChangedFile(world, repository, head, file)),
  }));
};

function describeDistance(ahead: number, behind: number): 'ahead' | 'behind' | 'diverged' | 'identical' {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** `owner:branch` is fetched from that owner's repository of the same network. */
async function resolveInNetwork(call: Call, revision: string): Promise<string | undefined> {
  const { world, repository, token } = call;
  const at = revision.indexOf(':');
  if (at < 0) return resolveCommit(repository.gitDir, revision);
  const [owner, branch] = [revision.slice(0, at), revision.slice(at + 1)];
  const root = repository.forkOf ?? repository;
  const other = world.repositories.find(
    (candidate) => candidate.owner === owner && (candidate.forkOf ?? candidate) === root,
  );
  if (!other || (other.private && !covers(token, other))) return undefined;
  const sha = await resolveCommit(other.gitDir, `refs/heads/${branch}`);
  if (sha !== undefined && other !== repository) {
    await fetchCommit(repository.gitDir, other.gitDir, sha, `refs/network/${sha}`);
  }
  return sha;
}

export const getCommit: Handler = async (call) => {
  const { world, repository, params } = call;
  const { gitDir } = repository;
  const sha = await resolveCommit(gitDir, params['ref'] ?? '');
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${params['ref'] ?? ''}`);
  const commit = await readCommit(gitDir, sha);
  const parent = commit.parents[0];
  const files = parent === undefined ? [] : await listChangedFiles(gitDir, parent, sha);
  const [additions, deletions] = [
    files.reduce((sum, file) => sum + file.additions, 0),
    files.reduce((sum, file) => sum + file.deletions, 0),
  ];
  return paginate(call, files, (page) => ({
    ...presentCommit(world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: page.map((file) => presentChangedFile(world, repository, sha, file)),
  }));
};

/** `heads/main`: the exact name, without `refs/`. */
export const getRef: Handler = async ({ world, repository, params }) => {
  const ref = `refs/${params['ref'] ?? ''}`;
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === undefined) throw notFound();
  const api = `${world.apiUrl}/repos/${repository.fullName}/git`;
  return {
    status: 200,
    body: {
      ref,
      node_id: `REF_${sha}`,
      url: `${api}/${ref}`,
      object: { sha, type: 'commit', url: `${api}/commits/${sha}` },
    },
  };
};
