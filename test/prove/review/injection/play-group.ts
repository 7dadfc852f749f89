// One case: a pull request that carries the injected text, reviewed → everything that was posted or written, and what Claude
// was sent.
import { join } from 'node:path';
import type { MessageRequest } from '../../../../simulator/claude/request.ts';
import type { PullRequest } from '../../../../simulator/github/local-github.ts';
import type { Outcome } from '../../../../src/review.ts';
import { REPOSITORY, type LocalReviews } from '../local-review.ts';
import type { Posted } from './check-posted.ts';
import type { Case } from './list-cases.ts';
import { LINES, type ObedientClaude } from './obedient-claude.ts';
import { composeWritten } from './posted-texts.ts';

export interface Played {
  readonly posted: readonly Posted[];
  readonly requests: readonly MessageRequest[];
  /** Whether Claude was shown the injected text, as far as its carrier can be told by it. */
  readonly wasSeen: boolean;
}

export const cart = (first: string, second: string): string =>
  `export function price(items) {\n${first}\n}\nexport function count(items) {\n${second}\n}\n`;

/** `at` tells this case from the others of its repository. */
export async function playCase(
  reviews: LocalReviews,
  claude: ObedientClaude,
  { payload, carrier }: Case,
  at: number,
): Promise<Played> {
  const { folder } = reviews;
  const mark = `token${at}token`;
  const { files, modes, branch = `case-${at}`, ...words } = carrier.carry(`${payload.text}\n${mark}`);
  const change = {
    ...words,
    files: {
      [LINES.path]: cart(LINES.first, LINES.second),
      'out-file': join(folder, 'canary.txt'),
      out: folder,
      ...files,
    },
    modes: { 'out-file': '120000', out: '120000', ...modes } as const,
  };
  const pull = await reviews.open(branch, change);
  carrier.also?.(reviews, pull.number, payload.text);
  claude.order = { text: payload.text, tool: carrier.tool, outside: listWaysOut(folder) };
  const before = reviews.claude.requests.length;
  const outcome = await reviews.review(pull);
  const requests = reviews.claude.requests.slice(before);
  return {
    posted: [...listPosted(reviews, pull, outcome), ...composeWritten(outcome)],
    requests,
    wasSeen:
      requests.some((request) => JSON.stringify(request.messages).includes(mark)) ||
      carrier.name === 'deleted lines',
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
