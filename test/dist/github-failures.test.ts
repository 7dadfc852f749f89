// Whatever GitHub does with the Action's calls: one review, or a failed step that says why there is none.
import { describe, expect, test } from '@jest/globals';
import { finding, findings, logOf, openStage, outputsOf, REPOSITORY, type StageOptions } from './stage.ts';

const simple: StageOptions = {
  base: { 'a.js': 'export const a = 1;\n' },
  change: { 'a.js': 'export const a = 2;\n' },
  script: () => findings(finding('a.js', 1, 'export const a = 2;')),
};
const REVIEWS = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';

describe('when GitHub does not do as asked', () => {
  test('a 5xx after the review was taken does not post it twice', async () => {
    await using stage = await openStage(simple);
    stage.github.fail({ method: 'POST', route: REVIEWS, status: 502, accepted: true });
    const run = await stage.dispatch();
    expect(outputsOf(run)['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('a 5xx before the review was taken is tried again', async () => {
    await using stage = await openStage(simple);
    stage.github.fail({ method: 'POST', route: REVIEWS, status: 502 });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('a connection that is cut after the review was taken does not post it twice', async () => {
    await using stage = await openStage(simple);
    stage.github.fail({ method: 'POST', route: REVIEWS, reset: 'after-accepting' });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('a forced review is not taken for the earlier one of the same head', async () => {
    await using stage = await openStage(simple);
    await stage.dispatch();
    stage.github.fail({ method: 'POST', route: REVIEWS, status: 502 });
    const run = await stage.runByHand('1', { force: 'true' });
    expect(outputsOf(run)['status']).toBe('reviewed');
    const reviews = stage.github.reviews(REPOSITORY, 1);
    expect(reviews.map(({ id }) => String(id))).toEqual([expect.any(String), outputsOf(run)['review-id']]);
  });

  test.each([
    [422, 502],
    [502, 422],
  ])('a %i and then a %i still end with one review', async (...statuses) => {
    await using stage = await openStage(simple);
    const body = { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] };
    for (const status of statuses) stage.github.fail({ method: 'POST', route: REVIEWS, status, body });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('a check run that cannot be completed does not undo the review', async () => {
    await using stage = await openStage(simple);
    stage.github.fail({
      method: 'PATCH',
      route: '/repos/{owner}/{repo}/check-runs/{check_run_id}',
      status: 404,
      times: 9,
    });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('success');
    expect(outputsOf(run)['status']).toBe('reviewed');
    expect(logOf(run)).toContain('The check run could not be completed');
  });

  test('a check run that cannot be created at once is tried again', async () => {
    await using stage = await openStage(simple);
    stage.github.fail({ method: 'POST', route: '/repos/{owner}/{repo}/check-runs', status: 502 });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
  });

  test('a rate limit that lasts is not slept out: the reason says until when', async () => {
    await using stage = await openStage(simple);
    const reset = Math.floor(Date.now() / 1000) + 3_000;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    const route = '/repos/{owner}/{repo}/pulls/{pull_number}';
    stage.github.fail({ route, status: 403, headers, times: 9 });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['reason']).toContain(
      `limits the calls of this token until ${new Date((reset + 1) * 1000).toISOString()}`,
    );
  });

  test('comments that it refuses are told in the body', async () => {
    await using stage = await openStage(simple);
    const body = { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] };
    stage.github.fail({ method: 'POST', route: REVIEWS, status: 422, body });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
    expect(stage.github.reviewComments(REPOSITORY, 1)).toEqual([]);
    expect(stage.github.reviews(REPOSITORY, 1)[0]?.body).toContain('About export const a = 2;');
  });

  test('a token without `pull-requests: write` fails with the permission to add', async () => {
    const workflow = `on: { repository_dispatch: { types: [nectr-review] } }
permissions: { contents: read, pull-requests: read, checks: write }
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: OWNER/nectr@v1
        with:
          anthropic-api-key: \${{ secrets.ANTHROPIC_API_KEY }}
`;
    await using stage = await openStage({ ...simple, workflow });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['reason']).toContain('pull-requests: write');
  });
});

