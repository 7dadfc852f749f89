// One pull request that carries the injected text, reviewed → everything that was posted or written, and what Claude was sent.
import { join } from 'node:path';
import type { MessageRequest } from '../../../../simulator/claude/request.ts';
import type { PullRequest } from '../../../../simulator/github/local-github.ts';
import type { Outcome } from '../../../../src/review.ts';
import { REPOSITORY, type Change, type LocalReviews } from '../local-review.ts';
import type { Posted } from './check-posted.ts';
import type { Carrier } from './carriers.ts';
import type { Group } from './list-groups.ts';
import { LINES, type ObedientClaude } from './obedient-claude.ts';
import { composeWritten } from './posted-texts.ts';

export interface Played {
  readonly posted: readonly Posted[];
  readonly requests: readonly MessageRequest[];
  /** Where Claude was to be shown the injected text, and was not. */
  readonly unseen: readonly Carrier[];
}

export const cart = (first: string, second: string): string =>
  `export function price(items) {\n${first}\n}\nexport function count(items) {\n${second}\n}\n`;

/** `at` tells this pull request from the others of its repository. */
export async function playGroup(
  reviews: LocalReviews,
  claude: ObedientClaude,
  { payload, carriers }: Group,
  at: number,
): Promise<Played> {
  const { folder } = reviews;
  const markOf = (carrier: Carrier): string => `token${at}x${carriers.indexOf(carrier)}token`;
  const carried = carriers.map((carrier) => carrier.carry(`${payload.text}\n${markOf(carrier)}`));
  const all = Object.assign({}, ...carried) as ReturnType<Carrier['carry']>;
  const { branch = `group-${at}`, ...words } = all;
  const outside = { 'out-file': join(folder, 'canary.txt'), out: folder };
  const inside = { [LINES.path]: cart(LINES.first, LINES.second) };
  const pull = await reviews.open(branch, {
    ...words,
    files: Object.assign({}, inside, outside, ...carried.map(({ files }) => files)) as Change['files'],
    modes: Object.assign(
      { 'out-file': '120000', out: '120000' },
      ...carried.map(({ modes }) => modes),
    ) as NonNullable<Change['modes']>,
  });
  for (const carrier of carriers) carrier.also?.(reviews, pull.number, payload.text);
  const tools = carriers.flatMap(({ tool }) => (tool ? [tool] : []));
  claude.order = { text: payload.text, tools, outside: listWaysOut(folder) };
  const before = reviews.claude.requests.length;
  const outcome = await reviews.review(pull);
  const requests = reviews.claude.requests.slice(before);
  const sent = JSON.stringify(requests.map(({ messages }) => messages));
  const isUnseen = (carrier: Carrier): boolean =>
    carrier.seen !== 'nowhere' && carrier.name !== 'deleted lines' && !sent.includes(markOf(carrier));
  return {
    posted: [...listPosted(reviews, pull, outcome), ...composeWritten(outcome)],
    requests,
    unseen: carriers.filter(isUnseen),
  };
}

function listWaysOut(folder: string): string[] {
  return [
    '../canary.txt',
    join(folder, 'canary.txt'),
    'out/canary.txt',
    'out-file',
    '.git/config',
    `HEAD:${LINES.path}`,
  ];
}

function listPosted({ github }: LocalReviews, { number, head }: PullRequest, outcome: Outcome): Posted[] {
  const review = github.reviews(REPOSITORY, number).find(({ author }) => author === 'github-actions[bot]');
  const findings = 'result' in outcome ? outcome.result.findings : [];
  const suggestions = findings.filter(({ suggestion }) => suggestion.kind === 'applies').length;
  return [
    ...(review ? [{ what: 'review', text: review.body, kind: 'markdown' as const }] : []),
    ...github.reviewComments(REPOSITORY, number).map(({ body }): Posted => {
      return { what: 'comment', text: body, kind: 'markdown', suggestions };
    }),
    ...github.checkRuns(REPOSITORY, head.sha).flatMap(({ title, summary, annotations }): Posted[] => [
      { what: 'title of the check run', text: title ?? '', kind: 'plain' },
      { what: 'check run', text: summary ?? '', kind: 'markdown' },
      ...annotations.flatMap(({ title = '', message }): Posted[] => [
        { what: 'title of an annotation', text: title, kind: 'plain' },
        { what: 'annotation', text: message, kind: 'plain' },
      ]),
    ]),
  ];
}
