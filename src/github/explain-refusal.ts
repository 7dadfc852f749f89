// What GitHub refused → an error that says what was tried, why it failed and what to do. The cause is kept.
import { RequestError } from '@octokit/request-error';
import { isRateLimit, readWaitMs } from '../../contract/rate-limit.ts';

/** `what` completes the sentence "GitHub did not let Nectr …". */
export function explainRefusal(what: string, error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const advice = advise(error);
  return new Error(`Nectr could not ${what} (GitHub answered ${error.status}): ${advice}`, { cause: error });
}

function advise(error: RequestError): string {
  const { status } = error;
  if (status === 401) return 'the token is wrong or expired; check the input `github-token`.';
  if (isRateLimit(error)) return `it limits the calls of this token${tellUntil(error)}.`;
  if (status === 403 || status === 404) {
    const needed = error.response?.headers['x-accepted-github-permissions'];
    const permission =
      typeof needed === 'string' ? needed.replaceAll('_', '-').replaceAll('=', ': ') : undefined;
    // GitHub names the permission with every answer, also where nothing but the thing itself is missing.
    return permission === undefined || status === 404
      ? `${error.message}. Check that it exists, and that the workflow has ${
          permission === undefined
            ? 'the permissions `contents: read`, `pull-requests: write` and `checks: write`'
            : `the permission \`${permission}\``
        }.`
      : `the token lacks a right; add \`${permission}\` to the permissions of the workflow (${error.message}).`;
  }
  if (status >= 500) return 'GitHub failed or could not be reached; run the workflow again later.';
  return `${error.message}.`;
}

function tellUntil(error: RequestError): string {
  const now = new Date();
  const ms = readWaitMs(error, now);
  if (ms === undefined) return ' and does not say for how long; run the workflow again in some minutes';
  return ` until ${new Date(now.getTime() + ms).toISOString()}; run the workflow again then`;
}
