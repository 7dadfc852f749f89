// What GitHub refused while a repository was connected → the answer of our API, with what to do.
import type { Refusal } from '../github/read-refusal.ts';
import { Problem } from '../problem.ts';

/** What was asked of GitHub: of the repository itself, or of its webhooks. */
export type Subject = 'repository' | 'hooks';

export function explainRefusal(
  refusal: Refusal,
  subject: Subject,
  fullName: string,
  cause: unknown,
): Problem {
  const problem = (status: number, code: string, message: string): Problem =>
    new Problem(status, code, message, { cause });
  switch (refusal.kind) {
    case 'token_rejected':
      return problem(
        502,
        'github_token_rejected',
        'GitHub answers 401 to GITHUB_TOKEN: it is wrong, expired or revoked.',
      );
    case 'rate_limited': {
      const seconds = Math.ceil((refusal.waitMs ?? 60_000) / 1000);
      return new Problem(503, 'github_rate_limited', `GitHub asks to wait: try again in ${seconds} s.`, {
        cause,
        headers: { 'Retry-After': String(seconds) },
      });
    }
    case 'not_found':
      if (subject === 'hooks') return explainMissingRight(fullName, problem);
      return problem(
        404,
        'repository_not_found',
        `GITHUB_TOKEN sees no repository ${fullName}: check the name, and that the token has access to it ` +
          '(a fine-grained token must list it; a classic one needs `repo`).',
      );
    case 'forbidden':
      if (subject === 'hooks') return explainMissingRight(fullName, problem, refusal.message);
      return problem(
        403,
        'github_permission_missing',
        `GITHUB_TOKEN may not read ${fullName}: ${refusal.message}`,
      );
    case 'gone':
    case 'invalid':
      return problem(422, 'github_refused', `GitHub refused (${fullName}): ${refusal.message}`);
    case 'unavailable':
      return problem(
        502,
        'github_unavailable',
        `GitHub cannot be reached: ${refusal.message}. Try again later.`,
      );
  }
}

/** docs.github.com/rest/repos/webhooks: who is no administrator is told 404. */
function explainMissingRight(
  fullName: string,
  problem: (status: number, code: string, message: string) => Problem,
  told?: string,
): Problem {
  return problem(
    403,
    'webhooks_permission_missing',
    `GITHUB_TOKEN may not manage the webhooks of ${fullName}: give it Webhooks: write (\`admin:repo_hook\` for a ` +
      `classic token), from an account that administers the repository${told ? ` (${told})` : ''}.`,
  );
}
