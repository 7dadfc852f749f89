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

it('are read on behind the thousand that GitHub shows, each run once, newest first', async () => {
  const reader = new ConditionalReader({ isLimited: () => false, signal: new AbortController().signal });
  const runs = await listDispatchedRuns(reader, github, { owner: 'ada', repo: 'engine' }, new Date(START));
  const titles = runs.map(({ display_title }) => display_title);
  expect(titles).toEqual(Array.from({ length: COUNT }, (_, at) => `run ${COUNT - 1 - at}`));
  expect(local.violations).toEqual([]);
});
