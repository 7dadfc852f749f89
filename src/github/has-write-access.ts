// Login → whether this person may write to the repository. Who may not cannot command Nectr or dismiss what it found.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { explainRefusal } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export async function hasWriteAccess(
  octokit: Octokit,
  { owner, repo }: RepositoryName,
  username: string,
): Promise<boolean> {
  try {
    const answer = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username });
    const { permission } = z.object({ permission: z.string() }).parse(answer.data);
    return permission === 'admin' || permission === 'write';
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return false; // nobody of this name
    throw explainRefusal(`ask for the rights of ${username}`, error);
  }
}
