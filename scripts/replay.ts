// A saved `review.json` → the review as Markdown, or posted after all: `npm run replay -- review.json [--post]`. Posting needs
// GITHUB_TOKEN; GITHUB_API_URL is for another server than github.com.
import { readFileSync } from 'node:fs';
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { composeSeal } from '../src/github/seal.ts';
import { openGitHub, type Octokit } from '../src/github/open-github.ts';
import { postReview } from '../src/github/post-review.ts';
import { composeReview } from '../src/report/compose-review.ts';
import { resultSchema, type ReviewResult } from '../src/report/result.ts';

const USAGE = 'usage: npm run replay -- review.json [--post]';

async function run([file, ...options]: readonly string[]): Promise<string> {
  if (file === undefined || options.some((option) => option !== '--post')) throw new Error(USAGE);
  const result = readResult(file);
  return options.length === 0 ? print(result) : post(result);
}

function readResult(file: string): ReviewResult {
  const parsed = resultSchema.safeParse(parseJson(file, readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} is no result of Nectr (docs/schemas/review.schema.json): ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

// Without the key of the run there is no seal: the next review of the Action reads everything.
const compose = (result: ReviewResult, demoted: ReadonlySet<string>) => composeReview(result, '', demoted);

function print(result: ReviewResult): string {
  const { body, comments } = compose(result, new Set());
  const told = comments.map(
    (comment) => `---\n\n\`${comment.path}\` line ${comment.line}:\n\n${comment.body}`,
  );
  return [body, ...told].join('\n\n');
}

async function post(result: ReviewResult): Promise<string> {
  const token = process.env['GITHUB_TOKEN'] ?? '';
  if (token === '') throw new Error('Set GITHUB_TOKEN to post the review.');
  const apiUrl = process.env['GITHUB_API_URL'] ?? 'https://api.github.com';
  const octokit = openGitHub({ token, apiUrl, log: console.error });
  const [owner = '', repo = ''] = result.repository.split('/');
  const { pull_request: pullRequest, head_sha: headSha, run } = result;
  const query = { owner, repo, pullRequest, headSha, account: await readAccount(octokit) };
  const seal = composeSeal(token, `${result.repository}#${pullRequest}`);
  const { signal } = new AbortController();
  const toPost = { compose: (demoted: ReadonlySet<string>) => compose(result, demoted), run, seal, signal };
  return (await postReview(octokit, query, toPost)).url;
}

/** The token of a job may not ask who it is. */
async function readAccount(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    if (error instanceof RequestError && error.status === 403) return 'github-actions[bot]';
    throw error;
  }
}

try {
  console.log(await run(process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
