// The check run `Nectr` on the head commit: says at once that a review is on its way, and later how it ended.
// A run that was dispatched is not shown on the pull request by itself.
import { RequestError } from '@octokit/request-error';
import { z } from 'zod';
import type { Conclusion } from '../report/compose-outcome.ts';
import { explainRefusal, isRateLimit } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface CheckRun {
  /** Login of the account that this token acts as, such as `github-actions[bot]`. */
  readonly account: string;
  complete(result: Conclusion): Promise<void>;
}

const MAX_SUMMARY_CHARACTERS = 60_000;

const createdSchema = z.object({ id: z.int(), app: z.object({ slug: z.string() }).nullable() });

/**
 * Starts the check run. Its answer also names the app behind the token, and so the account that our reviews carry
 * (`<slug>[bot]`): `GET /user` is closed to the token of a job. A token of a person cannot create check runs (403):
 * then the account is that person's, and the review goes on without a check run.
 */
export async function startCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  { headSha, runUrl }: { readonly headSha: string; readonly runUrl: string },
): Promise<CheckRun> {
  try {
    const answer = await octokit.rest.checks.create({
      owner: name.owner,
      repo: name.repo,
      name: 'Nectr',
      head_sha: headSha,
      status: 'in_progress',
      started_at: new Date().toISOString(),
      details_url: runUrl,
      output: { title: 'Review under way', summary: `Nectr reads this pull request: [the run](${runUrl}).` },
      // One too many does no harm: GitHub shows the latest of a name.
      request: { retries: 2 },
    });
    const { id, app } = createdSchema.parse(answer.data);
    const account = app ? `${app.slug}[bot]` : await readAccount(octokit);
    return { account, complete: (result) => completeCheckRun(octokit, name, id, result) };
  } catch (error) {
    const isForbidden = error instanceof RequestError && error.status === 403 && !isRateLimit(error);
    if (!isForbidden) throw explainRefusal('create the check run', error);
    return { account: await readAccount(octokit, error), complete: () => Promise.resolve() };
  }
}

async function completeCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
  result: Conclusion,
): Promise<void> {
  await octokit.rest.checks.update({
    owner: name.owner,
    repo: name.repo,
    check_run_id: id,
    status: 'completed',
    completed_at: new Date().toISOString(),
    conclusion: result.conclusion,
    output: { title: result.title.slice(0, 255), summary: result.summary.slice(0, MAX_SUMMARY_CHARACTERS) },
  });
}

async function readAccount(octokit: Octokit, refused?: RequestError): Promise<string> {
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
    return data.login;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    // oxlint-disable-next-line preserve-caught-error -- the cause is the first refusal; this one only adds to it
    throw new Error(
      'The token may not create check runs (403): add `checks: write` to the permissions of the workflow.',
      { cause: refused ?? error },
    );
  }
}
