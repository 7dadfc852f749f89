// Repository → whether a workflow on its default branch listens to our dispatches, as one line of the checklist.
import * as z from 'zod';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import { tellOf, type Check } from './check.ts';
import { readWorkflow, type ReadWorkflow } from './read-workflow.ts';

export interface ExaminedWorkflow {
  readonly check: Check;
  /** Of the workflow that listens. */
  readonly path: string | undefined;
}

export const WORKFLOW_FOLDER = '.github/workflows';

/** Ours first; a repository with more is asked no more. */
const MAX_FILES = 30;
const ADD =
  'add the workflow of the README, or connect with `?workflow=pull-request` to get it as a pull request';

const tell = tellOf('workflow');

/** @throws what GitHub refuses, as Octokit tells it */
export async function examineWorkflow(github: GitHub, name: RepositoryName): Promise<ExaminedWorkflow> {
  let other: readonly string[] | undefined;
  for (const path of await listWorkflows(github, name)) {
    const workflow = readWorkflow(await readFile(github, name, path));
    if (workflow?.listens) return { check: judge(path, workflow), path };
    other ??= workflow?.otherTypes;
  }
  const types = other?.map((type) => `\`${type}\``).join(', ');
  const message =
    types === undefined
      ? `No workflow on the default branch listens to \`nectr-review\`: ${ADD}.`
      : `A workflow listens to repository_dispatch, but only to the types ${types}: add \`nectr-review\`.`;
  return { check: tell('problem', message), path: undefined };
}

function judge(path: string, workflow: ReadWorkflow): Check {
  if (workflow.missingPermissions.length > 0) {
    const missing = workflow.missingPermissions.join(', ');
    return tell('problem', `${path} lacks the permissions ${missing}: add them.`);
  }
  if (!workflow.isFindable) {
    return tell(
      'problem',
      `The run-name of ${path} lacks \`github.event.client_payload.delivery_id\`, by which its runs are found: take the run-name of the README.`,
    );
  }
  if (workflow.groupsByRef) {
    return tell(
      'warning',
      `The concurrency group of ${path} uses github.ref, which is the default branch in every dispatched run: one review would cancel another. Take the group of the README.`,
    );
  }
  return tell('ok', `${path} listens to \`nectr-review\` on the default branch.`);
}

const entrySchema = z.array(z.object({ path: z.string(), type: z.string() }));

async function listWorkflows(github: GitHub, name: RepositoryName): Promise<string[]> {
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  try {
    const { data } = await github.request(route, { ...name, path: WORKFLOW_FOLDER });
    const paths = entrySchema
      .parse(data)
      .filter(({ type, path }) => type === 'file' && /\.ya?ml$/.test(path))
      .map(({ path }) => path);
    return paths.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_FILES);
  } catch (error) {
    if (readRefusal(error, new Date()).kind === 'not_found') return [];
    throw error;
  }
}

function rank(path: string): number {
  return /nectr/i.test(path) ? 0 : 1;
}

async function readFile(github: GitHub, name: RepositoryName, path: string): Promise<string> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/contents/{path}', { ...name, path });
  const { content } = z.object({ content: z.string() }).parse(data);
  return Buffer.from(content, 'base64').toString('utf8');
}
