// Commits, changed files and files as the API shows them.
import type { ChangedFile } from '../git/changed-files.ts';
import type { Commit } from '../git/read-commits.ts';
import type { Repository, World } from '../world.ts';
import type { Json } from './example.ts';
import { presentUser } from './repository.ts';

export function presentCommit(world: World, repository: Repository, commit: Commit): Json {
  const { sha, tree, parents, author, committer, message } = commit;
  const api = `${world.apiUrl}/repos/${repository.fullName}`;
  const html = `${world.url}/${repository.fullName}/commit`;
  return {
    url: `${api}/commits/${sha}`,
    sha,
    node_id: `C_${sha}`,
    html_url: `${html}/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author,
      committer,
      message,
      comment_count: 0,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    author: presentAccount(world, author.name),
    committer: presentAccount(world, committer.name),
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${html}/${parent}`,
    })),
  };
}

/** The account behind a name in a commit, as GitHub finds it by e-mail address; null when there is none. */
function presentAccount(world: World, name: string): Json | null {
  const user = world.users.get(name.toLowerCase());
  return user ? presentUser(world, user) : null;
}

export function presentChangedFile(
  world: World,
  { fullName }: Repository,
  ref: string,
  file: ChangedFile,
): Json {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.url}/${fullName}/blob/${ref}/${path}`,
    raw_url: `${world.url}/${fullName}/raw/${ref}/${path}`,
    contents_url: `${world.apiUrl}/repos/${fullName}/contents/${path}?ref=${ref}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}
