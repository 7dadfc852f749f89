import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { waitFor } from '../forwarder/wait-for.ts';
import { findings, logOf, openStage, outputsOf, REPOSITORY, simple } from './stage.ts';

describe('the bundle, dispatched for a pull request of a fork', () => {
  test('posts one review of the head with its comment on the quoted line', async () => {
    await using stage = await openStage(simple);
    const run = await stage.dispatch();
    const { github, pull } = stage;
    expect(logOf(run)).not.toContain('::error');
    expect(run.conclusion).toBe('success');
    const reviews = github.reviews(REPOSITORY, pull.number);
    expect(reviews).toMatchObject([
      { author: 'github-actions[bot]', state: 'COMMENTED', commitId: pull.head.sha },
    ]);
    expect(github.reviewComments(REPOSITORY, pull.number)).toMatchObject([
      { path: 'src/cart.js', side: 'RIGHT', line: 2, reviewId: reviews[0]?.id },
    ]);
    expect(outputsOf(run)).toMatchObject({
      status: 'reviewed',
      findings: '1',
      'review-id': String(reviews[0]?.id),
      'review-url': `${github.url}/octo/shop/pull/1#pullrequestreview-${reviews[0]?.id}`,
    });
    expect(run.steps[0]?.summary).toContain('src/cart.js');
    expect(github.checkRuns(REPOSITORY, pull.head.sha)).toMatchObject([
      { name: 'Nectr', status: 'completed', conclusion: 'success' },
    ]);
    expect([...github.violations, ...stage.claude.violations, ...stage.runner.violations]).toEqual([]);
  });

  test('asks for the reviews while GitHub thinks about the pull request', async () => {
    await using stage = await openStage(simple);
    const pull = '/repos/{owner}/{repo}/pulls/{pull_number}';
    stage.github.fail({ method: 'GET', route: pull, hang: 'before', ms: 1000 });
    const running = stage.dispatch();
    const read = (wanted: string) =>
      stage.github.requests.find(({ route, login }) => route === wanted && login === 'github-actions[bot]');
    await waitFor('both to be asked and none answered', () => read(`${pull}/reviews`) && read(pull)?.status === 0);
    expect(outputsOf(await running)['status']).toBe('reviewed');
  });

  test('says so when nothing was found, without comments', async () => {
    await using stage = await openStage({ ...simple, script: () => findings() });
    const run = await stage.dispatch();
    expect(outputsOf(run)).toMatchObject({ status: 'reviewed', findings: '0' });
    expect(stage.github.reviews(REPOSITORY, 1)[0]?.body).toContain('no problems');
    expect(stage.github.reviewComments(REPOSITORY, 1)).toEqual([]);
  });

  test('skips a head that it has reviewed, and asks Claude nothing', async () => {
    await using stage = await openStage(simple);
    await stage.dispatch();
    const asked = stage.claude.requests.length;
    const second = await stage.dispatch();
    expect(second.conclusion).toBe('success');
    expect(outputsOf(second)['status']).toBe('duplicate_skipped');
    expect(stage.claude.requests).toHaveLength(asked);
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('is not stopped by a marker that somebody else has planted', async () => {
    await using stage = await openStage(simple);
    await stage.dispatch();
    const { body } = stage.github.reviews(REPOSITORY, 1)[0] ?? { body: '' };
    await using other = await openStage(simple);
    const planted = body.replaceAll(stage.pull.head.sha, other.pull.head.sha);
    expect(planted).toContain(other.pull.head.sha);
    other.github.createReview(REPOSITORY, 1, 'mallory', planted);
    expect(outputsOf(await other.dispatch())['status']).toBe('reviewed');
    expect(other.github.reviews(REPOSITORY, 1)).toHaveLength(2);
  });

  test('finds its own review behind a hundred others', async () => {
    await using stage = await openStage(simple);
    for (let at = 0; at < 120; at += 1) stage.github.createReview(REPOSITORY, 1, 'mallory', `Review ${at}`);
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(outputsOf(await stage.dispatch())['status']).toBe('duplicate_skipped');
  });

  test('reviews the current head when the branch has moved on', async () => {
    await using stage = await openStage(simple);
    const sha = await stage.github.commit('mona/shop', 'change', {
      message: 'More',
      files: { 'src/more.js': 'export const more = 1;\n' },
    });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toMatchObject([{ commitId: sha }]);
  });

  test('skips a closed pull request', async () => {
    await using stage = await openStage(simple);
    stage.github.closePullRequest(REPOSITORY, 1);
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('success');
    expect(outputsOf(run)).toMatchObject({ status: 'skipped', reason: 'pull request #1 is closed' });
    expect(stage.github.reviews(REPOSITORY, 1)).toEqual([]);
  });
});

describe('the other two triggers', () => {
  test('a run by hand reviews the pull request of that number', async () => {
    await using stage = await openStage(simple);
    const run = await stage.runByHand('1');
    expect(run.title).toBe('Nectr review of #1 (manual)');
    expect(outputsOf(run)['status']).toBe('reviewed');
  });

  test('a run by hand for a number that does not exist fails and says which', async () => {
    await using stage = await openStage(simple);
    const run = await stage.runByHand('99');
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['reason']).toContain('could not read pull request #99 of octo/shop (GitHub answered 404)');
  });

  const onPullRequest = readFileSync('docs/samples/nectr-on-pull-request.yml', 'utf8');

  test('a pull_request run of the same repository reviews it', async () => {
    await using stage = await openStage({ ...simple, workflow: onPullRequest, fromFork: false });
    await stage.runner.idle();
    expect(stage.runner.runs.map(outputsOf)).toMatchObject([{ status: 'reviewed' }]);
  });

  test('a pull_request run of a fork has no key, fails, and says what to do', async () => {
    await using stage = await openStage({ ...simple, workflow: onPullRequest });
    await stage.runner.idle();
    const [run] = stage.runner.runs;
    expect(run?.conclusion).toBe('failure');
    expect(run && logOf(run)).toContain('GitHub gives no secrets to such a run');
  });
});
