// Quotes → reviews as Nectr composes them, posted to the local GitHub over HTTP; then each comment is looked for where GitHub
// shows it: by its line, and by the row of GitHub's own diff that it stands on.
import type { LocalGitHub, PullRequest } from '../../../simulator/github/local-github.ts';
import { placeFindings } from '../../../src/findings/place-findings.ts';
import type { Change } from '../../../src/read-change.ts';
import { composeReview, type ReviewComment } from '../../../src/report/compose-review.ts';
import { resultFinding, reviewResult } from '../../review-result.ts';
import type { Tally } from './anchors.ts';
import type { Quote } from './quote-lines.ts';

export interface Posting {
  readonly github: LocalGitHub;
  readonly fullName: string;
  readonly pull: PullRequest;
  readonly token: string;
  readonly tally: Pick<Tally, 'posted' | 'refused'>;
}

/** The most that settings allow on lines. */
const MAX_COMMENTS = 50;

export async function postQuotes(posting: Posting, change: Change, quotes: readonly Quote[]): Promise<void> {
  for (let at = 0; at < quotes.length; at += MAX_COMMENTS) {
    await postReview(posting, change, quotes.slice(at, at + MAX_COMMENTS), at);
  }
}

async function postReview(
  { github, fullName, pull, token, tally }: Posting,
  { files, skipped }: Change,
  quotes: readonly Quote[],
  offset: number,
): Promise<void> {
  // Titles that share no word: else two quotes of one line would be one finding.
  const said = quotes.map(({ finding }, at) => ({ ...finding, title: nameOf(offset + at) }));
  // One of a file that shows it nowhere, one of no file of the change: every finding has a place.
  const nowhere = [
    ...(files[0] ? [{ path: files[0].path, quote: 'stands nowhere at all', title: 'astray' }] : []),
    { path: 'no/such/file.ts', quote: 'x', title: 'elsewhere' },
  ].map((more) => ({ ...resultFinding(), side: 'RIGHT' as const, suggestion: undefined, ...more }));
  const { placed, duplicates } = placeFindings([...said, ...nowhere], files);
  const findings = placed.map(({ finding, placement, id, fingerprint }) =>
    resultFinding({ ...finding, placement, id, fingerprint, suggestion: { kind: 'none' } }),
  );
  const states = [
    ...files.map(({ path }) => ({ path, state: 'reviewed' as const })),
    ...skipped.map(({ path, reason }) => ({ path, state: 'skipped' as const, reason })),
  ];
  const result = reviewResult({
    head_sha: pull.head.sha,
    findings,
    files: states,
    max_comments: MAX_COMMENTS,
  });
  const { body, comments, event, counts } = composeReview(result, '');
  const answer = await fetch(`${github.apiUrl}/repos/${fullName}/pulls/${pull.number}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'test', 'content-type': 'application/json' },
    body: JSON.stringify({ commit_id: pull.head.sha, event, body, comments: comments.map(toApi) }),
  });
  if (answer.status !== 200) {
    tally.refused.push(`${fullName}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return;
  }
  const { id } = (await answer.json()) as { readonly id: number };
  const seen = github.reviewComments(fullName, pull.number).filter(({ reviewId }) => reviewId === id);
  for (const [at, { expected, text, finding }] of quotes.entries()) {
    const one = seen.find(({ body }) => body.includes(`**${nameOf(offset + at)}**`));
    const row = one?.diffHunk.split('\n').at(-1)?.slice(1).replace(/\r$/, '');
    const isThere = one?.path === finding.path && one.side === expected.side && one.line === expected.line;
    const startsThere = (one?.startLine ?? one?.line) === expected.startLine;
    if (!isThere || !startsThere || row !== text) {
      tally.refused.push(
        `${fullName} ${finding.path}: ${JSON.stringify(one)} for ${JSON.stringify(expected)} ${text}`,
      );
    }
  }
  const { posted } = tally;
  posted.reviews += 1;
  posted.in += said.length + nowhere.length;
  posted.inline += counts.inline;
  posted.file += counts.file;
  posted.body += counts.body;
  posted.dropped += duplicates + counts.inline - seen.length;
}

function toApi({ path, side, startLine, line, body }: ReviewComment) {
  const range = startLine === line ? {} : { start_line: startLine, start_side: side };
  return { path, side, line, body, ...range };
}

function nameOf(at: number): string {
  return `q${at.toString(36)}q`;
}
