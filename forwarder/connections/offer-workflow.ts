// Connected repository → a pull request that adds the workflow file, unless a workflow is there that listens. Asked again,
// it finds what the first request has made.
import { readFile } from 'node:fs/promises';
import { RequestError } from '@octokit/request-error';
import * as z from 'zod';
import { examineWorkflow, WORKFLOW_FOLDER } from '../doctor/examine-workflow.ts';
import type { RepositoryAccess } from '../github/github-access.ts';
import { splitName, type GitHub, type RepositoryName } from '../github/open-github.ts';
import { Problem } from '../problem.ts';
import { callGitHub, requireTurn, type ConnectEdges } from './call-github.ts';

export type OfferedWorkflow =
  | { readonly status: 'present'; readonly path: string }
  | { readonly status: 'proposed'; readonly pull_request: number; readonly url: string }
  /** The repository is connected all the same. */
  | { readonly status: 'failed'; readonly error: string; readonly message: string };

/** The one that the README shows. */
const SAMPLE = new URL('../../docs/samples/nectr.yml', import.meta.url);
const SAMPLE_ACTION = 'OWNER/nectr@v1';
const PATH = `${WORKFLOW_FOLDER}/nectr.yml`;
const BRANCH = 'nectr/add-workflow';
const TITLE = 'Review pull requests with Nectr';

/** `action`: what the workflow uses, such as `acme/nectr@v1`; undefined leaves the owner to be filled in. */
export async function offerWorkflow(
  edges: ConnectEdges,
  { github, tokenKey }: RepositoryAccess,
  fullName: string,
  action: string | undefined,
): Promise<OfferedWorkflow> {
  const takeTurn = (): Promise<void> => requireTurn(edges, tokenKey);
  try {
    return await callGitHub(edges, 'workflow', fullName, () =>
      propose(github, takeTurn, splitName(fullName), action),
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: 'failed', error: error.code, message: error.message };
  }
}

async function propose(
  github: GitHub,
  takeTurn: () => Promise<void>,
  name: RepositoryName,
  action: string | undefined,
): Promise<OfferedWorkflow> {
  const present = await examineWorkflow(github, name);
  if (present.path !== undefined) return { status: 'present', path: present.path };
  const repository = await github.request('GET /repos/{owner}/{repo}', { ...name });
  const { default_branch: base } = z.object({ default_branch: z.string() }).parse(repository.data);
  await takeTurn();
  await createBranch(github, name, base);
  await takeTurn();
  await createFile(github, name, action);
  await takeTurn();
  const { number, html_url } = await openPullRequest(github, name, base, action);
  return { status: 'proposed', pull_request: number, url: html_url };
}

async function createBranch(github: GitHub, name: RepositoryName, base: string): Promise<void> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...name,
    ref: `heads/${base}`,
  });
  const { object } = z.object({ object: z.object({ sha: z.string() }) }).parse(data);
  await unlessThere(/already exists/i, () =>
    github.request('POST /repos/{owner}/{repo}/git/refs', {
      ...name,
      ref: `refs/heads/${BRANCH}`,
      sha: object.sha,
    }),
  );
}

async function createFile(github: GitHub, name: RepositoryName, action = SAMPLE_ACTION): Promise<void> {
  const sample = await readFile(SAMPLE, 'utf8');
  // Without the `sha` of what it would replace, GitHub refuses to replace anything.
  await unlessThere(/sha/i, () =>
    github.request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...name,
      path: PATH,
      branch: BRANCH,
      message: TITLE,
      content: Buffer.from(sample.replaceAll(SAMPLE_ACTION, action)).toString('base64'),
    }),
  );
}

const pullSchema = z.object({ number: z.int(), html_url: z.string() });

async function openPullRequest(
  github: GitHub,
  name: RepositoryName,
  base: string,
  action: string | undefined,
): Promise<z.infer<typeof pullSchema>> {
  const route = 'POST /repos/{owner}/{repo}/pulls';
  const created = await unlessThere(/already exists/i, () =>
    github.request(route, { ...name, title: TITLE, head: BRANCH, base, body: composeBody(action) }),
  );
  if (created) return pullSchema.parse(created.data);
  const { data } = await github.request('GET /repos/{owner}/{repo}/pulls', {
    ...name,
    state: 'open',
    head: `${name.owner}:${BRANCH}`,
  });
  const [pull] = z.array(pullSchema).parse(data);
  if (!pull) throw new Error(`GitHub says that a pull request of ${BRANCH} exists, but lists none`);
  return pull;
}

function composeBody(action: string | undefined): string {
  const steps = [
    'Add the secret `ANTHROPIC_API_KEY` (Settings → Secrets and variables → Actions).',
    ...(action === undefined
      ? [`Put the owner and the release of Nectr that you use in place of \`${SAMPLE_ACTION}\`.`]
      : []),
    'Merge. From then on every pull request is reviewed.',
  ];
  return [
    `This adds \`${PATH}\`, which reviews pull requests with Claude on this repository's own runners.`,
    '',
    ...steps.map((step) => `- [ ] ${step}`),
    '',
  ].join('\n');
}

/** Undefined: GitHub says that it is there already. */
async function unlessThere<Answer>(words: RegExp, call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RequestError && error.status === 422 && words.test(error.message)) return undefined;
    throw error;
  }
}
