// A comment that started the run → done, or a review to be made. Only who may write to the repository commands; everybody else
// gets no answer, so that comments of strangers make no noise.
import { explainRefusal } from './github/explain-refusal.ts';
import { findAccount, selectOwn, type ReviewQuery } from './github/find-review.ts';
import { hasWriteAccess } from './github/has-write-access.ts';
import { listMarked } from './github/list-marked.ts';
import type { Octokit } from './github/open-github.ts';
import { listOwnThreads } from './github/review-threads.ts';
import { composeSeal } from './github/seal.ts';
import type { Inputs } from './inputs.ts';
import type { Comment } from './parse-trigger.ts';
import { HELP, type Command } from './parse-command.ts';
import { bringForward } from './follow-up.ts';
import { writeLedger } from './report/ledger.ts';

type Obeying = Pick<Inputs, 'anthropicApiKey' | 'dryRun' | 'repository' | 'repositoryId' | 'pullRequest'>;

/** Why there is no review to make; undefined when somebody has asked for one who may. */
export async function obeyComment(
  inputs: Obeying,
  octokit: Octokit,
  comment: Comment,
): Promise<string | undefined> {
  const { command: parsed, login } = comment;
  if (parsed.kind === 'none') return 'the comment is no command of Nectr';
  if (!(await hasWriteAccess(octokit, inputs.repository, login))) {
    return `${login} has no write access, so nothing was done`;
  }
  const command = parsed.kind === 'command' ? parsed.command : 'help';
  if (inputs.dryRun) return forgo(command, login);
  switch (command) {
    case 'review':
    case 'review full':
      await react(inputs, octokit, comment, 'eyes');
      return undefined;
    case 'dismiss':
      return dismiss(inputs, octokit, comment);
    case 'help':
      await answer(inputs, octokit, comment, HELP);
      return `${login} was told what Nectr understands`;
  }
}

/** A dry run posts nothing: no reaction and no answer either. */
function forgo(command: Command, login: string): string | undefined {
  switch (command) {
    case 'review':
    case 'review full':
      return undefined;
    case 'dismiss':
      return `this is a dry run: the finding that ${login} replied to would have been dismissed`;
    case 'help':
      return `this is a dry run: ${login} would have been told what Nectr understands`;
  }
}

async function dismiss(inputs: Obeying, octokit: Octokit, comment: Comment): Promise<string> {
  if (comment.kind !== 'thread' || comment.inReplyTo === undefined) {
    await answer(
      inputs,
      octokit,
      comment,
      'Say `/nectr dismiss` as a reply to the comment that it is about.',
    );
    return 'nothing was dismissed: the comment is no reply in a thread';
  }
  const { owner, repo } = inputs.repository;
  const seal = composeSeal(inputs.anthropicApiKey, `${inputs.repositoryId}#${inputs.pullRequest}`);
  const asked = { owner, repo, pullRequest: inputs.pullRequest, headSha: '' };
  const marked = await listMarked(octokit, asked);
  const account = findAccount(marked, seal);
  if (account === undefined) return 'nothing was dismissed: there is no review of Nectr here';
  const query: ReviewQuery = { ...asked, account };
  const review = selectOwn(marked, account, seal).findLast(({ ledger }) => ledger !== undefined);
  const threads = await listOwnThreads(octokit, query);
  const thread = threads.find(({ commentId }) => commentId === comment.inReplyTo);
  if (!review?.ledger || !thread)
    return 'nothing was dismissed: the thread does not begin with a finding of Nectr';
  const { ledger } = review;
  const findings = ledger.findings.map((finding) =>
    finding.fingerprint === thread.fingerprint ? { ...finding, state: 'dismissed' as const } : finding,
  );
  await bringForward(octokit, query, review, seal.close(writeLedger({ ...ledger, findings })));
  await react(inputs, octokit, comment, '+1');
  return `${comment.login} has dismissed a finding; it will not be told again`;
}

/** A courtesy: the comment may be gone by now, and what it asked for is done all the same. */
async function react(
  { repository: { owner, repo } }: Obeying,
  octokit: Octokit,
  { id, kind }: Comment,
  content: '+1' | 'eyes',
): Promise<void> {
  const reaction = { owner, repo, comment_id: id, content };
  const reacted =
    kind === 'thread'
      ? octokit.rest.reactions.createForPullRequestReviewComment(reaction)
      : octokit.rest.reactions.createForIssueComment(reaction);
  await reacted.catch(() => undefined);
}

/** Once for each comment, also when the run is run again. */
async function answer(inputs: Obeying, octokit: Octokit, { id }: Comment, text: string): Promise<void> {
  const { owner, repo } = inputs.repository;
  const mark = `<!-- nectr:answer ${id} -->`;
  const asked = { owner, repo, issue_number: inputs.pullRequest, per_page: 100 };
  try {
    for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, asked)) {
      if (data.some(({ body, user }) => body?.endsWith(mark) && user?.type === 'Bot')) return;
    }
    await octokit.rest.issues.createComment({
      owner,
      repo,
      issue_number: inputs.pullRequest,
      body: `${text}\n\n${mark}`,
      // A 5xx may come after the work was done.
      request: { retries: 0 },
    });
  } catch (error) {
    throw explainRefusal('answer the comment', error);
  }
}
