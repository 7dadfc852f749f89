// Lists of runs on the local GitHub, which shows a thousand of a filtered list, as GitHub does.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConditionalReader } from '../../../forwarder/github/conditional-reader.ts';
import { listDispatchedRuns } from '../../../forwarder/github/list-runs.ts';
import { openGitHub, type GitHub } from '../../../forwarder/github/open-github.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { startLocalGitHub, type LocalGitHub } from '../../../simulator/github/local-github.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
const COUNT = 2_150;

let local: LocalGitHub;
let github: GitHub;

beforeAll(async () => {
  local = await startLocalGitHub();
  local.createUser('ada');
  const { headSha } = await createRepository();
  for (let at = 0; at < COUNT; at += 1) {
    const run = local.workflowRuns.create({
      fullName: 'ada/engine',
      name: 'Nectr',
      path: '.github/workflows/nectr.yml',
      displayTitle: `run ${at}`,
      event: 'repository_dispatch',
      headSha,
      headBranch: 'main',
      actor: 'ada',
    });
    // Three in each second.
    Object.assign(run, {
      createdAt: new Date(START + Math.floor(at / 3) * 1000).toISOString().replace('.000', ''),
    });
  }
  const token = local.createToken('ada', { actions: 'read', metadata: 'read' });
  github = openGitHub({ credentials: { token }, apiUrl: local.apiUrl, log: openLog('silent') });
});
afterAll(() => local.close());

async function createRepository(): Promise<{ headSha: string }> {
  const files = { 'README.md': 'Engine\n' };
  await local.createRepository('ada', 'engine', { files });
  return { headSha: await local.commit('ada/engine', 'main', { message: 'Start', files: { a: 'a\n' } }) };
}

let lists = 0;
const list = (atLeast: Date | undefined) => {
  lists = 1;
  const reader = new ConditionalReader({ isLimited: () => false, signal: new AbortController().signal });
  const requireSpare = (): void => void (lists += 1);
  const reach = { since: new Date(START), atLeast, requireSpare };
  return listDispatchedRuns(reader, github, { owner: 'ada', repo: 'engine' }, reach);
};

it('are read on behind the thousand that GitHub shows, each run once, newest first', async () => {
  const titles = (await list(new Date(START))).map(({ display_title }) => display_title);
  expect(titles).toEqual(Array.from({ length: COUNT }, (_, at) => `run ${COUNT - 1 - at}`));
  expect(local.violations).toEqual([]);
});

it('are read no further than to the oldest that is looked for, and not at all when none is', async () => {
  expect(await list(undefined)).toHaveLength(1000);
  expect(lists).toBe(1);
  const runs = await list(new Date(START + 300_000));
  expect(runs.at(-1)?.display_title).toBe('run 900');
  expect(lists).toBe(2);
});
