// Repository → what the token may do there, as far as GitHub tells without trying.
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import type { RepositoryRights } from '../github/read-repository.ts';
import { tellOf, type Check } from './check.ts';

/** `repo` includes webhooks, `public_repo` does not (docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps). */
const HOOK_SCOPES = ['repo', 'admin:repo_hook', 'write:repo_hook'];

export function judgeRights({ fullName, canPush, isAdmin, scopes }: RepositoryRights): Check {
  const tell = tellOf('token');
  if (scopes && !scopes.includes('repo') && !scopes.includes('public_repo')) {
    return tell('problem', 'The classic token lacks the scope `repo`: without it nothing can be dispatched.');
  }
  if (scopes && !HOOK_SCOPES.some((scope) => scopes.includes(scope))) {
    return tell(
      'problem',
      'The classic token lacks the scope `admin:repo_hook` (or `repo`): without it no webhook can be made.',
    );
  }
  if (canPush === false) {
    return tell(
      'problem',
      `The token's account may not write to ${fullName}: dispatches need Contents: write.`,
    );
  }
  if (isAdmin === false) {
    return tell('warning', `The token's account does not administer ${fullName}: it cannot manage webhooks.`);
  }
  return tell('ok', `The token reaches ${fullName}.`);
}

/** @throws what GitHub refuses, as Octokit tells it */
export async function examineRunsRight(github: GitHub, name: RepositoryName): Promise<Check> {
  const tell = tellOf('runs_permission');
  try {
    await github.request('GET /repos/{owner}/{repo}/actions/runs', { ...name, per_page: 1 });
    return tell('ok', 'The token can read the runs that dispatches start.');
  } catch (error) {
    const { kind } = readRefusal(error, new Date());
    if (kind !== 'forbidden' && kind !== 'not_found') throw error;
    return tell(
      'warning',
      'The token may not read runs, so that reviews cannot be followed: give it Actions: read.',
    );
  }
}
