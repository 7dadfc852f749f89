// The event that started the run → which pull request, which head, and which command. What cannot be told is an error that
// says what to do.
import * as z from 'zod/mini';
import { parseClientPayload } from '../contract/client-payload.ts';
import { parseCommand, type Command, type ParsedCommand } from './parse-command.ts';

export interface Comment {
  readonly id: number;
  readonly kind: 'conversation' | 'thread';
  readonly login: string;
  readonly command: ParsedCommand;
  /** The comment with which the thread begins. */
  readonly inReplyTo: number | undefined;
}

export interface Trigger {
  readonly pullRequest: number;
  readonly headSha: string | undefined;
  readonly fromFork: boolean;
  readonly comment?: Comment;
}

export function isCommand({ comment }: Trigger, command: Command): boolean {
  return comment?.command.kind === 'command' && comment.command.command === command;
}

const pullRequestNumber = z.pipe(
  z.pipe(
    z.union([z.string().check(z.regex(/^[1-9]\d*$/)), z.int().check(z.positive())]),
    z.transform(Number),
  ),
  z.int(),
);

/** The fork may be gone. */
const origins = {
  head: z.object({ sha: z.string(), repo: z.nullable(z.object({ id: z.int() })) }),
  base: z.object({ repo: z.object({ id: z.int() }) }),
};

const pullRequestEvent = z.object({
  pull_request: z.object({ number: z.int().check(z.positive()), ...origins }),
});

type Origins = z.infer<typeof pullRequestEvent>['pull_request'];

function isFromFork({ head, base }: Pick<Origins, 'head' | 'base'>): boolean {
  return head.repo?.id !== base.repo.id;
}

/** `given` is the input `pull-request`, empty for none. */
export function parseTrigger(eventName: string, event: unknown, given: string): Trigger {
  if (eventName === 'issue_comment' || eventName === 'pull_request_review_comment')
    return parseComment(event);
  if (eventName === 'repository_dispatch') {
    const announced = parseDispatch(event);
    return given === '' ? announced : numbered(given);
  }
  if (given !== '') return numbered(given);
  if (eventName === 'workflow_dispatch') return parseManualRun(event);
  if (eventName === 'pull_request' || eventName === 'pull_request_target')
    return parsePullRequestEvent(event);
  throw new Error(
    `Nectr cannot tell which pull request to review on the event \`${eventName}\`: run it on repository_dispatch, ` +
      'workflow_dispatch or pull_request, or set the input `pull-request` to a number.',
  );
}

const commentEvent = z.object({
  comment: z.object({
    id: z.int(),
    body: z.string(),
    user: z.object({ login: z.string() }),
    in_reply_to_id: z.optional(z.int()),
  }),
  issue: z.optional(z.object({ number: z.int().check(z.positive()), pull_request: z.optional(z.unknown()) })),
  pull_request: z.optional(z.object({ number: z.int().check(z.positive()), ...origins })),
});

function parseComment(event: unknown): Trigger {
  const { comment, issue, pull_request: pull } = commentEvent.parse(event);
  const number = pull?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
  if (number === undefined) {
    throw new Error(
      'The comment is on an issue: let the workflow run for comments on pull requests only, as in the README.',
    );
  }
  const { id, body, user, in_reply_to_id: inReplyTo } = comment;
  const kind = pull ? 'thread' : 'conversation';
  const said: Comment = { id, kind, login: user.login, command: parseCommand(body), inReplyTo };
  // A comment on the pull request itself runs with the secrets of the default branch; one in a thread as the fork's own runs do.
  return {
    pullRequest: number,
    headSha: undefined,
    fromFork: pull !== undefined && isFromFork(pull),
    comment: said,
  };
}

function parseDispatch(event: unknown): Trigger {
  const { client_payload, repository } = z
    .object({ client_payload: z.unknown(), repository: z.object({ id: z.int() }) })
    .parse(event);
  const parsed = parseClientPayload(client_payload);
  if (parsed.kind === 'refused') throw new Error(`The dispatch was refused: ${parsed.reason}.`);
  if (parsed.payload.repository_id !== repository.id) {
    throw new Error(
      `The dispatch was refused: it is about the repository with id ${parsed.payload.repository_id}, and this one ` +
        `has id ${repository.id}. Connect this repository with the forwarder again.`,
    );
  }
  return { pullRequest: parsed.payload.pull_request, headSha: parsed.payload.head_sha, fromFork: false };
}

function parseManualRun(event: unknown): Trigger {
  const { inputs } = z.object({ inputs: z.nullish(z.record(z.string(), z.unknown())) }).parse(event);
  const value = inputs?.['pull_request'];
  if (value === undefined || value === '') {
    throw new Error(
      'A run by hand needs the number of a pull request: give the workflow an input `pull_request`, as in the ' +
        'README, or set the input `pull-request` of the step.',
    );
  }
  return numbered(value);
}

function parsePullRequestEvent(event: unknown): Trigger {
  const { pull_request: pull } = pullRequestEvent.parse(event);
  return {
    pullRequest: pull.number,
    headSha: pull.head.sha,
    fromFork: isFromFork(pull),
  };
}

function numbered(value: unknown): Trigger {
  const parsed = pullRequestNumber.safeParse(value);
  if (!parsed.success) {
    throw new Error(
      `The number of the pull request must be a whole number above 0, such as 42; given was ${JSON.stringify(value)}.`,
    );
  }
  return { pullRequest: parsed.data, headSha: undefined, fromFork: false };
}
