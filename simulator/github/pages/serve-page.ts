// Plain pages to look at: a repository with its pull requests, runs and deliveries, a pull request with its check runs
// and reviews, and a run. No script; everything from outside is escaped.
import type { ServerResponse } from 'node:http';
import {
  findRepository,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type WorkflowRun,
  type World,
} from '../world.ts';
import { escapeHtml, renderMarkdown } from './markdown.ts';

export function servePage(world: World, path: string, response: ServerResponse): void {
  const [, owner = '', name = '', kind, number, id] = path.split('/');
  const repository = findRepository(world, `${owner}/${name}`);
  const pull =
    kind === 'pull' ? repository?.pulls.find((candidate) => candidate.number === Number(number)) : undefined;
  const run =
    kind === 'actions' && number === 'runs'
      ? repository?.workflowRuns.find((candidate) => candidate.id === Number(id))
      : undefined;
  const body = repository && renderBody(world, repository, { kind, pull, run });
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(
    renderDocument(
      pull?.title ?? run?.displayTitle ?? repository?.fullName ?? 'Not found',
      body ?? '<p>There is no such page.</p>',
    ),
  );
}

interface Asked {
  readonly kind: string | undefined;
  readonly pull: PullRequest | undefined;
  readonly run: WorkflowRun | undefined;
}

function renderBody(world: World, repository: Repository, { kind, pull, run }: Asked): string | undefined {
  if (pull) return renderPull(repository, pull);
  if (run) return renderRun(repository, run);
  return kind === undefined ? renderRepository(world, repository) : undefined;
}

function renderRepository(world: World, repository: Repository): string {
  const pulls = repository.pulls.map(
    (pull) =>
      `<li><a href="/${repository.fullName}/pull/${pull.number}">#${pull.number} ${escapeHtml(pull.title)}</a> (${pull.state})</li>`,
  );
  const runs = repository.workflowRuns.map(
    (run) =>
      `<li><a href="/${repository.fullName}/actions/runs/${run.id}">${escapeHtml(run.displayTitle)}</a> ${renderState(run)}</li>`,
  );
  const deliveries = world.deliveries
    .filter((delivery) => delivery.repository === repository.fullName)
    .map(
      ({ deliveredAt, event, action, statusCode, redelivery, response }) =>
        `<tr><td>${deliveredAt}</td><td>${event} ${action ?? ''}${redelivery ? ' (again)' : ''}</td><td>${statusCode}</td><td><code>${escapeHtml(response.body)}</code></td></tr>`,
    );
  return `<h1>${escapeHtml(repository.fullName)}</h1><h2>Pull requests</h2><ul>${pulls.join('')}</ul>
<h2>Runs</h2><ul>${runs.join('')}</ul>
<h2>Webhook deliveries</h2><table>${deliveries.join('')}</table>`;
}

/** What a run wrote into its log is not kept; what came of it is on the pull request. */
function renderRun(repository: Repository, run: WorkflowRun): string {
  return `<h1>${escapeHtml(run.displayTitle)}</h1>
<p>${renderState(run)} <code>${escapeHtml(run.path)}</code> of <a href="/${repository.fullName}">${escapeHtml(repository.fullName)}</a>, started by <code>${escapeHtml(run.event)}</code> at ${run.createdAt}, at this state since ${run.updatedAt}</p>`;
}

function renderState({ status, conclusion }: Pick<WorkflowRun, 'status' | 'conclusion'>): string {
  const state = conclusion ?? status;
  return `<span class="state ${state}">${state}</span>`;
}

function renderPull(repository: Repository, pull: PullRequest): string {
  const checks = repository.checkRuns
    .filter(({ headSha }) => pull.commits.some(({ sha }) => sha === headSha))
    .map(
      (check) =>
        `<li>${renderState(check)} <strong>${escapeHtml(check.name)}</strong> on <code>${check.headSha.slice(0, 7)}</code> — ${escapeHtml(check.title ?? '')}<details><summary>Details</summary>${renderMarkdown(check.summary ?? '')}</details></li>`,
    );
  const commits = pull.commits.map(
    ({ sha, message, author }) =>
      `<li><code>${sha.slice(0, 7)}</code> ${escapeHtml(message)} <small>${escapeHtml(author.name)}</small></li>`,
  );
  return `<h1>${escapeHtml(pull.title)} <small>#${pull.number}</small></h1>
<p><span class="state ${pull.state}">${pull.state}</span> ${escapeHtml(pull.author)} wants to merge <code>${escapeHtml(pull.head.repository.owner)}:${escapeHtml(pull.head.branch)}</code> into <code>${escapeHtml(pull.base.branch)}</code></p>
<div class="box">${renderMarkdown(pull.body ?? 'No description.')}</div>
<h2>Commits</h2><ul>${commits.join('')}</ul>
<h2>Checks</h2><ul class="checks">${checks.join('')}</ul>
<h2>Reviews</h2>${pull.reviews.map((review) => renderReview(pull, review)).join('')}`;
}

function renderReview(pull: PullRequest, review: Review): string {
  const comments = pull.comments.filter(({ reviewId }) => reviewId === review.id);
  return `<section class="box" id="pullrequestreview-${review.id}"><header><strong>${escapeHtml(review.author)}</strong> reviewed <code>${review.commitId.slice(0, 7)}</code></header>
${renderMarkdown(review.body)}${comments.map(renderComment).join('')}</section>`;
}

function renderComment({ path, line, startLine, diffHunk, body }: ReviewComment): string {
  const rows = diffHunk
    .split('\n')
    .slice(-6)
    .map((row) => `<span class="${CLASSES[row[0] ?? ''] ?? ''}">${escapeHtml(row)}</span>`);
  const where = startLine === null ? `line ${line}` : `lines ${startLine} to ${line}`;
  return `<article><header><code>${escapeHtml(path)}</code> ${where}</header><pre class="hunk">${rows.join('')}</pre><div>${renderMarkdown(body)}</div></article>`;
}

const CLASSES: Readonly<Record<string, string>> = { '+': 'added', '-': 'deleted' };

function renderDocument(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style><main>${body}</main></html>`;
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1f2328;background:#fff;margin:0}main{max-width:860px;margin:2rem auto;padding:0 1rem}
code,pre{font:13px/1.45 ui-monospace,monospace}code{background:#eff1f3;border-radius:4px;padding:.1em .3em}pre code{background:none;padding:0}
pre{background:#f6f8fa;padding:.6rem .8rem;overflow:auto;border-radius:6px}.box{border:1px solid #d1d9e0;border-radius:8px;padding:.6rem 1rem;margin:1rem 0}
.box>header,article>header{color:#59636e;margin-bottom:.4rem}article{border:1px solid #d1d9e0;border-radius:6px;margin:1rem 0;padding:.5rem .8rem}
.hunk span{display:block;white-space:pre}.hunk .added{background:#dafbe1}.hunk .deleted{background:#ffebe9}small{color:#59636e;font-weight:400}
table{border-collapse:collapse;width:100%}td{border:1px solid #d1d9e0;padding:.2rem .5rem;vertical-align:top}.checks{list-style:none;padding:0}
.state{border-radius:1rem;color:#fff;background:#59636e;padding:.05rem .6rem;font-size:13px}.state.open,.state.success{background:#1a7f37}.state.failure,.state.closed{background:#cf222e}.state.in_progress{background:#9a6700}`;
