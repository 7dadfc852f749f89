// A saved `review.json` → the review as Markdown, or posted once more: `npm run replay -- review.json [--post]`. Posting needs
// GITHUB_TOKEN; GITHUB_API_URL is for another server than github.com.
import { readFileSync } from 'node:fs';
import { composeSeal } from '../src/github/seal.ts';
import { openGitHub } from '../src/github/open-github.ts';
import { postReview } from '../src/github/post-review.ts';
import { composeReview } from '../src/report/compose-review.ts';
import { resultSchema } from '../src/report/result.ts';

const [file, ...options] = process.argv.slice(2);
if (file === undefined || options.some((option) => option !== '--post')) {
  console.error('usage: npm run replay -- review.json [--post]');
  process.exit(2);
}
const result = resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
// Without the key of the run there is no seal: the next review of the Action reads everything.
const compose = (demoted: ReadonlySet<string>) => composeReview(result, '', demoted);
if (options.length === 0) {
  const { body, comments } = compose(new Set());
  const told = comments.map(
    (comment) => `---\n\n\`${comment.path}\` line ${comment.line}:\n\n${comment.body}`,
  );
  console.log([body, ...told].join('\n\n'));
} else {
  const token = process.env['GITHUB_TOKEN'] ?? '';
  if (token === '') throw new Error('Set GITHUB_TOKEN to post the review.');
  const apiUrl = process.env['GITHUB_API_URL'] ?? 'https://api.github.com';
  const octokit = openGitHub({ token, apiUrl, log: console.error });
  const [owner = '', repo = ''] = result.repository.split('/');
  const { data: user } = await octokit.rest.users.getAuthenticated();
  const query = {
    owner,
    repo,
    pullRequest: result.pull_request,
    headSha: result.head_sha,
    account: user.login,
  };
  const seal = composeSeal(token, `${result.repository}#${result.pull_request}`);
  const { signal } = new AbortController();
  const posted = await postReview(octokit, query, { compose, run: result.run, seal, signal });
  console.log(posted.url);
}
