// One review in this process: the real stages and edges over HTTP to a local GitHub and a local Claude, without the process of a
// runner around them. What a run of the bundle would write beside is composed the same way.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOctokit } from '@actions/github';
import { startLocalClaude, type LocalClaude, type Script } from '../../../simulator/claude/local-claude.ts';
import {
  startLocalGitHub,
  type CommitInput,
  type LocalGitHub,
  type PullRequest,
} from '../../../simulator/github/local-github.ts';
import type { Octokit } from '../../../src/github/open-github.ts';
import type { Inputs } from '../../../src/inputs.ts';
import { reviewPullRequest, type Outcome } from '../../../src/review.ts';

export const API_KEY = 'sk-ant-of-the-proof-0123456789abcdef';
export const REPOSITORY = 'octo/shop';

export interface LocalReviews extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly claude: LocalClaude;
  readonly folder: string;
  /** Of the job that reviews. */
  readonly token: string;
  /** What the run said. */
  readonly log: string[];
  /** A pull request with this change on top of `main`. */
  open(branch: string, change: Change): Promise<PullRequest>;
  review(pull: PullRequest, inputs?: Partial<Inputs>): Promise<Outcome>;
}

export interface Change {
  readonly files: CommitInput['files'];
  readonly modes?: CommitInput['modes'];
  readonly title?: string;
  readonly body?: string;
}

export interface LocalReviewsOptions {
  readonly base: CommitInput['files'];
  readonly baseModes?: NonNullable<CommitInput['modes']>;
  readonly script: Script;
}

export async function openLocalReviews(options: LocalReviewsOptions): Promise<LocalReviews> {
  const { base, baseModes, script } = options;
  const folder = await mkdtemp(join(tmpdir(), 'nectr-reviews-'));
  const github = await startLocalGitHub({ rateLimits: false });
  for (const login of ['octo', 'mona', 'mallory']) github.createUser(login);
  await github.createRepository('octo', 'shop');
  const first = { message: 'Base', files: base, ...(baseModes ? { modes: baseModes } : {}) };
  await github.commit(REPOSITORY, 'main', first);
  const claude = await startLocalClaude({ apiKey: API_KEY, script });
  const permissions = {
    contents: 'read',
    pull_requests: 'write',
    checks: 'write',
    metadata: 'read',
  } as const;
  const token = github.createToken('github-actions[bot]', permissions, { repositories: [REPOSITORY] });
  const log: string[] = [];
  let run = 0;
  return {
    github,
    claude,
    folder,
    token,
    log,
    open: async (branch, { files, modes, title = 'Change', body }) => {
      // Named after its branch: the same change made twice in one second would be one commit, with the check runs of both.
      const message = `Change for ${branch}`;
      await github.commit(REPOSITORY, branch, { message, files, ...(modes ? { modes } : {}) });
      const asked = { repository: REPOSITORY, head: branch, base: 'main', title, author: 'mona' };
      return github.openPullRequest({ ...asked, body: body ?? null });
    },
    review: async (pull, more = {}) => {
      run += 1;
      const inputs = composeInputs({ github, claude, token, folder, run }, pull.number);
      const { outcome, concluded } = await reviewPullRequest(
        { ...inputs, ...more },
        {
          octokit: openWithoutPauses(token, github.apiUrl),
          log: (text) => log.push(text),
          signal: AbortSignal.timeout(300_000),
          now: () => performance.now(),
        },
      );
      await concluded;
      return outcome;
    },
    [Symbol.asyncDispose]: async () => {
      await claude.close();
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As the Action has it, without the seconds that it leaves between writes. */
function openWithoutPauses(token: string, baseUrl: string): Octokit {
  return getOctokit(token, { baseUrl, userAgent: 'nectr' });
}

interface Place extends Pick<LocalReviews, 'github' | 'claude' | 'token' | 'folder'> {
  readonly run: number;
}

function composeInputs({ github, claude, token, folder, run }: Place, pullRequest: number): Inputs {
  return {
    anthropicApiKey: API_KEY,
    anthropicBaseUrl: claude.url,
    githubToken: token,
    model: 'claude-opus-5-5',
    reviewMode: 'standard',
    effort: 'medium',
    maxCostUsd: 5,
    failOn: 'none',
    dryRun: false,
    force: false,
    scope: 'auto',
    isCommanded: false,
    comment: undefined,
    otherSecrets: [],
    repository: { owner: 'octo', repo: 'shop' },
    repositoryId: '1',
    pullRequest,
    announcedHeadSha: undefined,
    apiUrl: github.apiUrl,
    serverUrl: github.url,
    run: `${run}.1`,
    runUrl: `${github.url}/${REPOSITORY}/actions/runs/${run}`,
    tempFolder: folder,
  };
}
