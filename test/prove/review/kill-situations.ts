// What a killed run was about: a pull request with problems, and what a push made of them. In, each problem is a word; out, the
// heads, and what has to be true of each in the end.
import { readAddedLines } from '../../../simulator/claude/read-diff-prompt.ts';
import type { Script } from '../../../simulator/claude/local-claude.ts';
import type { LocalGitHub, PullRequest } from '../../../simulator/github/local-github.ts';
import { readCommentMarker } from '../../../src/report/comment-marker.ts';
import { finding, findings, REPOSITORY } from '../../dist/stage.ts';

export interface Situation {
  readonly name: string;
  /** Told on the first head. */
  readonly told: readonly string[];
  /** Undefined: there is no second head. Without any fresh problem nothing is posted on it. */
  readonly push?: { readonly fixes: readonly string[]; readonly adds: readonly string[] };
  /** The token may resolve threads; else what is fixed is written into its comment. */
  readonly mayResolve?: boolean;
}

const told = ['first', 'second', 'third'];
const fixes = ['first', 'second'];

export const SITUATIONS = {
  opened: { name: 'a first review', told: ['first'] },
  pushed: { name: 'the review after a push', told, push: { fixes, adds: ['fourth', 'fifth'] } },
  broughtForward: { name: 'a review brought forward', told, push: { fixes, adds: [] } },
  resolved: {
    name: 'a review brought forward whose threads are resolved',
    told,
    push: { fixes, adds: [] },
    mayResolve: true,
  },
} as const satisfies Readonly<Record<string, Situation>>;

export const FILE = 'src/cart.js';

/** Each line that checks is a problem; one that only ends is none. */
export function composeFile(problems: readonly string[], gone: readonly string[] = []): string {
  const lines = [
    ...gone.map((word) => `  ends(items, '${word}');`),
    ...problems.map((word) => `  check(items, '${word}');`),
  ];
  return ['export function total(items) {', ...lines, '}', ''].join('\n');
}

/** Titles that share no word: else the second problem would be the first one again. */
const nameOf = (word: string): string => `${word}A ${word}B ${word}C`;

export const objectToChecks: Script = (request) =>
  findings(
    ...readAddedLines(request).flatMap(({ path, line, text }) => {
      const [, word] = /check\(items, '(\w+)'\)/.exec(text) ?? [];
      return word === undefined ? [] : [finding(path, line, text, { title: nameOf(word) })];
    }),
  );

/** What is not as it has to be once a run has ended well. */
export function findWrongs(
  github: LocalGitHub,
  { number }: PullRequest,
  heads: readonly string[],
  situation: Situation,
): string[] {
  const { told, push, mayResolve = false } = situation;
  const reviews = github.reviews(REPOSITORY, number);
  const comments = github.reviewComments(REPOSITORY, number);
  const [last = ''] = heads.slice(-1);
  const mark = `✅ **Fixed in ${last.slice(0, 7)}**`;
  const wrongReviews = heads.flatMap((head, at) => {
    const count = reviews.filter(({ commitId }) => commitId === head).length;
    const expected = at === 0 || push?.adds.length !== 0 ? 1 : 0;
    return count === expected ? [] : [`${count} reviews instead of ${expected} on head ${at + 1}`];
  });
  const remembered = reviews.map(({ body }) => readHead(body)).at(-1);
  const wrongComments = [...told, ...(push?.adds ?? [])].flatMap((word) => {
    const own = comments.filter(({ body }) => body.includes(nameOf(word)));
    const [comment] = own;
    if (own.length !== 1 || !comment) return [`${own.length} comments about ${word}`];
    const isFixed = push?.fixes.includes(word) ?? false;
    const marks = comment.body.split(mark).length - 1;
    if (marks !== (isFixed && !mayResolve ? 1 : 0)) return [`${marks} marks on ${word}`];
    const isResolved = comment.resolvedBy !== undefined;
    return isResolved === (isFixed && mayResolve) ? [] : [`${word} is resolved: ${isResolved}`];
  });
  const checkRun = github.checkRuns(REPOSITORY, last).at(-1);
  return [
    ...wrongReviews,
    ...wrongComments,
    ...comments
      .filter(({ body }) => readCommentMarker(body) === undefined)
      .map(() => 'an answer in a thread'),
    ...(remembered === last ? [] : [`the last review remembers head ${String(remembered)}`]),
    ...(checkRun?.conclusion == null || checkRun.conclusion === 'failure'
      ? [`the check run ended as ${String(checkRun?.conclusion)}`]
      : []),
  ];
}

/** Up to which the sealed memory in a review goes. */
function readHead(body: string): unknown {
  const [, payload = ''] = /nectr:ledger v1 ([\w-]+)\./.exec(body) ?? [];
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { head: unknown }).head;
}
