// Comments of a pull request's conversation, which the API files under issues.
import { presentIssueComment } from '../present/pull-request.ts';
import { MAX_BODY_CHARACTERS } from '../rules/review.ts';
import { now, takeId, type IssueComment } from '../world.ts';
import { BrokenRule, notFound, type Call, type Handler } from './call.ts';
import { paginate } from './paginate.ts';
import { react } from './reviews.ts';

export const listIssueComments: Handler = (call) => {
  const { world, repository, query } = call;
  const number = findNumber(call);
  const since = Date.parse(query.get('since') ?? '1970-01-01');
  const found = repository.issueComments.filter(
    (comment) => comment.number === number && Date.parse(comment.createdAt) >= since,
  );
  return paginate(call, found, (page) =>
    page.map((comment) => presentIssueComment(world, repository, comment)),
  );
};

export const createIssueComment: Handler = (call) => {
  const { world, repository, token, body } = call;
  const number = findNumber(call);
  const text = body['body'] as string;
  const problem =
    text.trim() === ''
      ? "Body can't be blank"
      : text.length > MAX_BODY_CHARACTERS
        ? `Body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`
        : undefined;
  if (problem !== undefined) {
    throw new BrokenRule(422, 'Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: problem },
    ]);
  }
  const comment: IssueComment = {
    id: takeId(world),
    number,
    author: token.login,
    body: text,
    createdAt: now(),
    reactions: [],
  };
  repository.issueComments.push(comment);
  return { status: 201, body: presentIssueComment(world, repository, comment) };
};

export const reactToIssueComment: Handler = (call) => {
  const comment = call.repository.issueComments.find(({ id }) => id === Number(call.params['comment_id']));
  if (!comment) throw notFound();
  return react(call, comment.reactions);
};

function findNumber({ repository, params }: Call): number {
  const number = Number(params['issue_number']);
  if (![...repository.issues, ...repository.pulls].some((item) => item.number === number)) throw notFound();
  return number;
}
