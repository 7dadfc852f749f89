// What GitHub refused while a repository was connected → the answer of our API, with what to do.
import type { Refusal } from '../github/read-refusal.ts';
import { Problem } from '../problem.ts';

/** What was asked of GitHub: the App's installation, the repository itself, its webhooks, or a change of its files. */
export type Subject = 'installation' | 'repository' | 'hooks' | 'workflow';

type Tell = (status: number, code: string, message: string) => Problem;

export function explainRefusal(
  refusal: Refusal,
  subject: Subject,
  fullName: string,
  cause: unknown,
): Problem {
  const tell: Tell = (status, code, message) => new Problem(status, code, message, { cause });
  switch (refusal.kind) {
    case 'token_rejected':
      return tell(
        502,
        'github_token_rejected',
        'GitHub answers 401: GITHUB_TOKEN, or the private key of the App, is wrong, expired or revoked.',
      );
    case 'rate_limited': {
      const seconds = Math.ceil((refusal.waitMs ?? 60_000) / 1000);
      return new Problem(503, 'github_rate_limited', `GitHub asks to wait: try again in ${seconds} s.`, {
        cause,
        headers: { 'Retry-After': String(seconds) },
      });
    }
    case 'not_found':
      return explainMissing(subject, fullName, tell);
    case 'forbidden':
      if (subject === 'repository' || subject === 'installation') {
        return tell(
          403,
          'github_permission_missing',
          `The token may not read ${fullName}: ${refusal.message}`,
        );
      }
      return explainMissingRight(subject, fullName, tell, refusal.message);
    case 'gone':
    case 'invalid':
      return explainInvalid(refusal.message, fullName, tell);
    case 'unavailable':
      return tell(
        502,
        'github_unavailable',
        `GitHub cannot be reached: ${refusal.message}. Try again later.`,
      );
  }
}

function explainMissing(subject: Subject, fullName: string, tell: Tell): Problem {
  switch (subject) {
    case 'installation':
      return tell(
        404,
        'app_not_installed',
        `The GitHub App is not installed on ${fullName}: install it there, or check the name.`,
      );
    case 'repository':
      return tell(
        404,
        'repository_not_found',
        `The token sees no repository ${fullName}: check the name, and that the token has access to it ` +
          '(a fine-grained token must list it; a classic one needs `repo`).',
      );
    case 'hooks':
    case 'workflow':
      return explainMissingRight(subject, fullName, tell);
  }
}

/** docs.github.com/rest/repos/webhooks: who is no administrator is told 404. */
function explainMissingRight(
  subject: 'hooks' | 'workflow',
  fullName: string,
  tell: Tell,
  told?: string,
): Problem {
  const more = told === undefined ? '' : ` (${told})`;
  if (subject === 'workflow') {
    return tell(
      403,
      'workflow_permission_missing',
      `The token may not propose the workflow to ${fullName}: give it Contents, Workflows and Pull requests: write ` +
        `(\`repo\` and \`workflow\` for a classic token), or add the file by hand${more}.`,
    );
  }
  return tell(
    403,
    'webhooks_permission_missing',
    `The token may not manage the webhooks of ${fullName}: give it Webhooks: write (\`admin:repo_hook\` for a ` +
      `classic token), from an account that administers the repository${more}.`,
  );
}

/** GitHub's words, as users report them: OnToology#68, community discussions 24377 and 25391. */
function explainInvalid(message: string, fullName: string, tell: Tell): Problem {
  if (/cannot have more than \d+ hooks/i.test(message)) {
    return tell(
      409,
      'hook_limit_reached',
      `${fullName} has as many webhooks for one event as GitHub allows, which is 20: remove one that is not needed ` +
        'in Settings → Webhooks.',
    );
  }
  if (/reachable|url is not supported/i.test(message)) {
    return tell(
      422,
      'backend_url_unreachable',
      `GitHub refuses BACKEND_URL, since it cannot be reached over the public internet: ${message}`,
    );
  }
  return tell(422, 'github_refused', `GitHub refused (${fullName}): ${message}`);
}
