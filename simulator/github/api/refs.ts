// Branches made through the API.
import { resolveCommit } from '../git/bare-repository.ts';
import { runGit } from '../git/run-git.ts';
import { BrokenRule, Refusal, type Handler } from './call.ts';

export const createRef: Handler = async ({ world, repository, body }) => {
  const { ref, sha } = body as { ref: string; sha: string };
  const { gitDir, fullName } = repository;
  // docs.github.com/rest/git/refs#create-a-reference: fully qualified, with two slashes at least.
  if (!/^refs\/[^/]+\/[^/].*$/.test(ref)) {
    throw new BrokenRule(422, 'Reference name must start with "refs/" and have at least two slashes.');
  }
  if ((await resolveCommit(gitDir, sha)) === undefined) throw new BrokenRule(422, 'Object does not exist');
  if ((await resolveCommit(gitDir, ref)) !== undefined) throw new Refusal(422, 'Reference already exists');
  await runGit(gitDir, ['update-ref', ref, sha]);
  const api = `${world.apiUrl}/repos/${fullName}`;
  return {
    status: 201,
    body: {
      ref,
      node_id: `REF_${sha}`,
      url: `${api}/git/${ref}`,
      object: { type: 'commit', sha, url: `${api}/git/commits/${sha}` },
    },
    headers: { location: `${api}/git/${ref}` },
  };
};
