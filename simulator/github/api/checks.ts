// Check runs. Only apps may write them: the token of a job is one, the token of a person is not.
import { resolveCommit } from '../git/bare-repository.ts';
import { presentCheckRun } from '../present/check-run.ts';
import { getUser, now, takeId, type Annotation, type CheckRun } from '../world.ts';
import { BrokenRule, notFound, Refusal, type Call, type Handler } from './call.ts';
import { paginate } from './paginate.ts';

interface CheckInput {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: CheckRun['status'];
  readonly conclusion?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
}

/** docs.github.com/rest/checks/runs: a message of at most 64 KB, a title of at most 255 characters. */
const MAX_ANNOTATION_BYTES = 64 * 1024;
const MAX_ANNOTATION_TITLE_CHARACTERS = 255;

export const createCheckRun: Handler = async (call) => {
  const { world, repository, token } = call;
  const appSlug = readApp(call);
  const input = call.body as CheckInput;
  const headSha = input.head_sha ?? '';
  if (input.name === undefined) throw new BrokenRule(422, 'Invalid request.\n\n"name" wasn\'t supplied.');
  if (!/^[0-9a-f]{40}$/.test(headSha) || (await resolveCommit(repository.gitDir, headSha)) === undefined) {
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  }
  const check: CheckRun = {
    id: takeId(world),
    name: input.name,
    headSha,
    appSlug,
    externalId: '',
    status: 'queued',
    conclusion: null,
    detailsUrl: `${world.url}/apps/${encodeURIComponent(token.login)}`,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    startedAt: now(),
    completedAt: null,
  };
  change(check, input);
  repository.checkRuns.push(check);
  return { status: 201, body: presentCheckRun(world, repository, check) };
};

export const updateCheckRun: Handler = (call) => {
  const check = findCheck(call);
  if (check.appSlug !== readApp(call)) {
    throw new Refusal(
      403,
      'Invalid app_id - check run can only be modified by the GitHub App that created it.',
    );
  }
  change(check, call.body);
  return { status: 200, body: presentCheckRun(call.world, call.repository, check) };
};

/** A conclusion completes the run; a completed run needs one. Annotations add up over requests. */
function change(check: CheckRun, { status, conclusion, output, details_url, external_id }: CheckInput): void {
  if (status === 'completed' && conclusion === undefined) {
    throw new BrokenRule(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.');
  }
  for (const annotation of output?.annotations ?? []) checkAnnotation(annotation);
  check.status = conclusion === undefined ? (status ?? check.status) : 'completed';
  check.conclusion = conclusion ?? check.conclusion;
  check.completedAt = conclusion === undefined ? check.completedAt : now();
  check.detailsUrl = details_url ?? check.detailsUrl;
  check.externalId = external_id ?? check.externalId;
  check.title = output?.title ?? check.title;
  check.summary = output?.summary ?? check.summary;
  check.text = output?.text ?? check.text;
  check.annotations.push(...(output?.annotations ?? []));
}

function checkAnnotation({ start_line, end_line, message, title = '' }: Annotation): void {
  if (start_line < 1 || end_line < start_line) {
    throw new BrokenRule(
      422,
      `Invalid request.\n\nannotation lines ${start_line} to ${end_line} are no range.`,
    );
  }
  if (Buffer.byteLength(message) > MAX_ANNOTATION_BYTES || title.length > MAX_ANNOTATION_TITLE_CHARACTERS) {
    throw new BrokenRule(422, 'Invalid request.\n\nannotation message or title is too long.');
  }
}

export const getCheckRun: Handler = (call) => ({
  status: 200,
  body: presentCheckRun(call.world, call.repository, findCheck(call)),
});

/** `ref` may be a commit or a branch. Newest first; of runs with one name only the latest, unless `filter=all`. */
export const listCheckRuns: Handler = async (call) => {
  const { world, repository, params, query } = call;
  const sha = await resolveCommit(repository.gitDir, params['ref'] ?? '');
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${params['ref'] ?? ''}`);
  const [name, status] = [query.get('check_name'), query.get('status')];
  const wanted = repository.checkRuns
    .filter((check) => check.headSha === sha && (name === null || check.name === name))
    .filter((check) => status === null || check.status === status)
    .toReversed();
  const found =
    query.get('filter') === 'all'
      ? wanted
      : wanted.filter(
          (check, at) =>
            wanted.findIndex((other) => other.name === check.name && other.appSlug === check.appSlug) === at,
        );
  return paginate(call, found, (page) => ({
    total_count: found.length,
    check_runs: page.map((check) => presentCheckRun(world, repository, check)),
  }));
};

function findCheck({ repository, params }: Call): CheckRun {
  const check = repository.checkRuns.find(({ id }) => id === Number(params['check_run_id']));
  if (!check) throw notFound();
  return check;
}

function readApp({ world, token }: Call): string {
  if (getUser(world, token.login).type !== 'Bot') {
    throw new Refusal(403, 'You must authenticate via a GitHub App.');
  }
  return token.login.replace(/\[bot\]$/, '');
}
