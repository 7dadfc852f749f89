// Check runs. Only apps may write them: the token of a job is one, the token of a person is not.
import { resolveCommit } from '../git/bare-repository.ts';
import { getUser, now, takeId, type CheckRun } from '../world.ts';
import { notFound, paginate, Refusal, type Call, type Handler } from './call.ts';
import { presentCheckRun } from './present.ts';

interface Output {
  readonly title?: string;
  readonly summary?: string;
}

export const createCheckRun: Handler = async (call) => {
  const { world, repository, body, token } = call;
  requireApp(call);
  const headSha = body['head_sha'] as string;
  if (typeof body['name'] !== 'string')
    throw new Refusal(422, 'Invalid request.\n\n"name" wasn\'t supplied.');
  if ((await resolveCommit(repository.gitDir, headSha)) === undefined) {
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  }
  const output = body['output'] as Output | undefined;
  const check: CheckRun = {
    id: takeId(world),
    name: body['name'],
    headSha,
    appSlug: token.login.replace(/\[bot\]$/, ''),
    status: (body['status'] as CheckRun['status'] | undefined) ?? 'queued',
    conclusion: null,
    detailsUrl: (body['details_url'] as string | undefined) ?? world.url,
    title: output?.title ?? null,
    summary: output?.summary ?? null,
    startedAt: now(),
    completedAt: null,
  };
  conclude(check, body);
  repository.checkRuns.push(check);
  return { status: 201, body: presentCheckRun(world, repository, check) };
};

export const updateCheckRun: Handler = (call) => {
  const { world, repository, body, params } = call;
  requireApp(call);
  const check = repository.checkRuns.find(({ id }) => id === Number(params['check_run_id']));
  if (!check) throw notFound();
  const output = body['output'] as Output | undefined;
  check.status = (body['status'] as CheckRun['status'] | undefined) ?? check.status;
  check.detailsUrl = (body['details_url'] as string | undefined) ?? check.detailsUrl;
  check.title = output?.title ?? check.title;
  check.summary = output?.summary ?? check.summary;
  conclude(check, body);
  return { status: 200, body: presentCheckRun(world, repository, check) };
};

/** A conclusion completes the run; a completed run needs a conclusion. */
function conclude(check: CheckRun, body: Readonly<Record<string, unknown>>): void {
  const conclusion = body['conclusion'] as string | undefined;
  if (conclusion === undefined && check.status === 'completed') {
    throw new Refusal(422, 'Invalid request.\n\nA completed check run needs a conclusion.');
  }
  if (conclusion === undefined) return;
  check.status = 'completed';
  check.conclusion = conclusion;
  check.completedAt = now();
}

/** `ref` may be a commit or a branch. */
export const listCheckRuns: Handler = async (call) => {
  const { world, repository, params, query } = call;
  const sha = await resolveCommit(repository.gitDir, params['ref'] ?? '');
  const name = query.get('check_name');
  const found = repository.checkRuns.filter(
    (check) => check.headSha === sha && (name === null || check.name === name),
  );
  return paginate(
    call,
    found.toReversed().map((check) => presentCheckRun(world, repository, check)),
    (page) => ({ total_count: found.length, check_runs: page }),
  );
};

function requireApp({ world, token }: Call): void {
  if (getUser(world, token.login).type === 'Bot') return;
  throw new Refusal(403, 'You must authenticate via a GitHub App.');
}
