// A posted review as its reader sees it, for a terminal: body, then each comment under the lines it is about.
import { styleText } from 'node:util';
import type { LocalGitHub } from '../github/local-github.ts';

type Review = ReturnType<LocalGitHub['reviews']>[number];
type ReviewComment = ReturnType<LocalGitHub['reviewComments']>[number];

const CONTEXT_ROWS = 4;

export function renderReview(review: Review, comments: readonly ReviewComment[]): string {
  const own = comments.filter(({ reviewId }) => reviewId === review.id);
  const head = styleText('bold', `${review.author} reviewed ${review.commitId.slice(0, 7)}`);
  return [head, '', indent(readable(review.body)), ...own.map(renderComment)].join('\n');
}

function renderComment({ path, line, startLine, diffHunk, body }: ReviewComment): string {
  const rows = diffHunk.split('\n').slice(1).slice(-CONTEXT_ROWS).map(colorRow);
  const where = startLine === null ? String(line) : `${startLine}-${line}`;
  const head = styleText('cyan', `${path}:${where}`);
  return ['', indent([head, ...rows, '', readable(body)].join('\n'))].join('\n');
}

function colorRow(row: string): string {
  if (row.startsWith('+')) return styleText('green', row);
  return row.startsWith('-') ? styleText('red', row) : styleText('dim', row);
}

/** Without what a page does not show either: hidden comments and tags. */
function readable(markdown: string): string {
  return markdown
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<\/?(?:sub|details|summary)>/g, '')
    .replaceAll(/^#+ (.*)$/gm, (_, text: string) => styleText('bold', text))
    .replaceAll(/\*\*(.+?)\*\*/g, (_, text: string) => styleText('bold', text))
    .replaceAll('&lt;', '<')
    .trim();
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
