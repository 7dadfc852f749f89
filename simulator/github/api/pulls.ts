// Pull requests: listed, read, opened, and the files they change.
import { resolveCommit } from '../git/bare-repository.ts';
import { listChangedFiles } from '../git/changed-files.ts';
import { listCommits, readMergeBase } from '../git/read-commits.ts';
import { presentChangedFile } from '../present/commit.ts';
import { presentPullRequest, presentPullRequestInList } from '../present/pull-request.ts';
import { findHead, openPullRequest } from '../pull-requests.ts';
import type { PullRequest } from '../world.ts';
import { BrokenRule, notFound, Refusal, type Call, type Handler } from './call.ts';
import { paginate } from './paginate.ts';

/** docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const MAX_FILES = 3000;

export const getPull: Handler = (call) => ({
  status: 200,
  body: presentPullRequest(call.world, call.repository, findPull(call)),
});

/** Newest first. `head` is `owner:branch`; GitHub ignores one without an owner, here it is an error. */
export const listPulls: Handler = (call) => {
  const { repository, query, world } = call;
  const [head, base] = [query.get('head'), query.get('base')];
  if (head !== null && !head.includes(':'))
    throw new BrokenRule(422, 'Invalid request.\n\nhead needs its owner.');
  const state = query.get('state') ?? 'open';
  const newestFirst = (query.get('direction') ?? 'desc') === 'desc';
  const time = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = repository.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => head === null || `${pull.head.repository.owner}:${pull.head.branch}` === head)
    .filter((pull) => base === null || pull.base.branch === base)
    .toSorted((a, b) => a[time].localeCompare(b[time]) || a.number - b.number);
  return paginate(call, newestFirst ? found.toReversed() : found, (page) =>
    page.map((pull) => presentPullRequestInList(world, repository, pull)),
  );
};

export const listPullFiles: Handler = async (call) => {
  const { world, repository } = call;
  const { base, head } = findPull(call);
  const mergeBase = (await readMergeBase(repository.gitDir, base.sha, head.sha)) ?? base.sha;
  const files = await listChangedFiles(repository.gitDir, mergeBase, head.sha);
  return paginate(call, files.slice(0, MAX_FILES), (page) =>
    page.map((file) => presentChangedFile(world, repository, head.sha, file)),
  );
};

export const createPull: Handler = async (call) => {
  const { world, repository, token, body } = call;
  const input = body as { title?: string; head: string; base: string; body?: string; draft?: boolean };
  if (input.title === undefined) throw invalidPull({ code: 'missing_field', field: 'title' });
  await checkBranches(call, input.head, input.base);
  const pull = await openPullRequest(world, {
    repository: repository.fullName,
    head: input.head,
    base: input.base,
    title: input.title,
    body: input.body ?? null,
    author: token.login,
    draft: input.draft ?? false,
  });
  return { status: 201, body: presentPullRequest(world, repository, pull) };
};

async function checkBranches({ world, repository }: Call, head: string, base: string): Promise<void> {
  const from = findHead(world, repository, head);
  const [headSha, baseSha] = await Promise.all([
    from && resolveCommit(from.repository.gitDir, `refs/heads/${from.branch}`),
    resolveCommit(repository.gitDir, `refs/heads/${base}`),
  ]);
  if (!from || headSha === undefined) throw invalidPull({ code: 'invalid', field: 'head' });
  if (baseSha === undefined) throw invalidPull({ code: 'invalid', field: 'base' });
  const isOpen = repository.pulls.some(
    (pull) =>
      pull.state === 'open' &&
      pull.head.repository === from.repository &&
      pull.head.branch === from.branch &&
      pull.base.branch === base,
  );
  const label = `${from.repository.owner}:${from.branch}`;
  if (isOpen) throw invalidPull({ code: 'custom', message: `A pull request already exists for ${label}.` });
  if (
    from.repository === repository &&
    (await listCommits(repository.gitDir, baseSha, headSha)).length === 0
  ) {
    throw invalidPull({ code: 'custom', message: `No commits between ${base} and ${from.branch}` });
  }
}

function invalidPull(error: Readonly<Record<string, string>>): Refusal {
  return new Refusal(422, 'Validation Failed', [{ resource: 'PullRequest', ...error }]);
}

export function findPull({ repository, params }: Call): PullRequest {
  const pull = repository.pulls.find(({ number }) => number === Number(params['pull_number']));
  if (!pull) throw notFound();
  return pull;
}
