// The check run `Nectr` on the head commit: says at once that a review is on its way, and later how it ended.
// A run that was dispatched is not shown on the pull request by itself.
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import type { Annotation, Conclusion } from '../report/compose-outcome.ts';
import { isRateLimit } from '../../contract/rate-limit.ts';
import { explainRefusal } from './explain-refusal.ts';
import type { Octokit, RepositoryName } from './open-github.ts';

export interface CheckRun {
  /** Login of the account that this token acts as, such as `github-actions[bot]`. */
  readonly account: string;
  complete(result: Conclusion): Promise<void>;
}

export interface CheckRunStart {
  readonly headSha: string;
  readonly runUrl: string;
  readonly isDry: boolean;
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
  { headSha, runUrl, isDry }: CheckRunStart,
): Promise<CheckRun> {
  // Nothing may be seen of a dry run; whose reviews are ours is then known for the token of a person only.
  if (isDry)
    return { account: await readAccount(octokit).catch(() => ''), complete: () => Promise.resolve() };
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

/** docs.github.com/rest/checks/runs: at most this many annotations in one request; later ones are added. */
const ANNOTATIONS_PER_REQUEST = 50;

async function completeCheckRun(
  octokit: Octokit,
  name: RepositoryName,
  id: number,
  result: Conclusion,
): Promise<void> {
  const output = {
    title: result.title.slice(0, 255).toWellFormed(),
    summary: result.summary.slice(0, MAX_SUMMARY_CHARACTERS).toWellFormed(),
  };
  const pages = Array.from(
    { length: Math.ceil(result.annotations.length / ANNOTATIONS_PER_REQUEST) },
    (_, at) => result.annotations.slice(at * ANNOTATIONS_PER_REQUEST, (at + 1) * ANNOTATIONS_PER_REQUEST),
  );
  const called = { owner: name.owner, repo: name.repo, check_run_id: id };
  // The conclusion comes with the first page: should a later one fail, the check run has ended all the same.
  const end = (annotations: readonly Annotation[]) =>
    octokit.rest.checks.update({
      ...called,
      status: 'completed',
      completed_at: new Date().toISOString(),
      conclusion: result.conclusion,
      output: { ...output, annotations: annotations.map(toApi) },
    });
  try {
    await end(pages[0] ?? []);
  } catch (error) {
    // One annotation that GitHub does not take must not leave the check run under way for ever; its text tells them all.
    if (!(error instanceof RequestError) || error.status !== 422 || pages.length === 0) throw error;
    await end([]);
    return;
  }
  for (const page of pages.slice(1)) {
    await octokit.rest.checks.update({ ...called, output: { ...output, annotations: page.map(toApi) } });
  }
}

function toApi({ path, startLine, endLine, level, title, message }: Annotation) {
  return { path, start_line: startLine, end_line: endLine, annotation_level: level, title, message };
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
