// What a second review says: only what is new; what is fixed is marked, and what people have dismissed is not repeated.
import { describe, expect, test } from '@jest/globals';
import { readAddedLines } from '../../simulator/claude/read-diff-prompt.ts';
import type { Script } from '../../simulator/claude/local-claude.ts';
import { finding, findings, logOf, openStage, outputsOf, REPOSITORY, type Stage } from './stage.ts';

/** A reviewer who objects to every added line that says BAD. */
const script: Script = (request) =>
  findings(
    ...readAddedLines(request)
      .filter(({ text }) => text.includes('BAD'))
      .map(({ path, line, text }) => finding(path, line, text)),
  );

const open = () =>
  openStage({
    base: { 'a.js': 'first();\n', 'b.js': 'first();\n' },
    change: { 'a.js': 'first();\nBAD_one(here);\n', 'b.js': 'first();\nBAD_two(there);\n' },
    script,
  });

const push = (stage: Stage, files: Readonly<Record<string, string>>) =>
  stage.github.commit('mona/shop', 'change', { message: 'More', files });

const commentsOf = (stage: Stage) => stage.github.reviewComments(REPOSITORY, 1);
const reviewsOf = (stage: Stage) => stage.github.reviews(REPOSITORY, 1);

describe('after a push', () => {
  test('only what is new is read and told, and what is open is carried forward', async () => {
    await using stage = await open();
    await stage.dispatch();
    const sha = await push(stage, { 'c.js': 'BAD_three(now);\n' });
    const second = await stage.dispatch();
    expect(outputsOf(second)).toMatchObject({ status: 'reviewed', findings: '1' });
    expect(JSON.stringify(stage.claude.requests.at(-2)?.messages)).not.toContain('BAD_one(here)\\n');
    const [, review] = reviewsOf(stage);
    expect(review?.commitId).toBe(sha);
    expect(review?.body).toContain('Still open from earlier reviews');
    expect(review?.body).toMatch(/of what changed since `[0-9a-f]{7}`/);
    expect(commentsOf(stage).map(({ path }) => path).sort()).toEqual(['a.js', 'b.js', 'c.js']);
    expect([...stage.github.violations, ...stage.claude.violations]).toEqual([]);
  });

  test('nothing new posts nothing, and the same head is not read again', async () => {
    await using stage = await open();
    await stage.dispatch();
    const sha = await push(stage, { 'c.js': 'good(now);\n' });
    const second = await stage.dispatch();
    expect(outputsOf(second)).toMatchObject({ status: 'reviewed', findings: '0', 'review-id': '' });
    expect(reviewsOf(stage)).toHaveLength(1);
    expect(stage.github.checkRuns(REPOSITORY, sha)).toMatchObject([{ conclusion: 'success' }]);
    const asked = stage.claude.requests.length;
    expect(outputsOf(await stage.dispatch())['status']).toBe('duplicate_skipped');
    expect(stage.claude.requests).toHaveLength(asked);
  });

  test('a fixed problem is marked where it was told, with the commit', async () => {
    await using stage = await open();
    await stage.dispatch();
    const sha = await push(stage, { 'a.js': 'first();\nfine(here);\n', 'c.js': 'BAD_three(now);\n' });
    await stage.dispatch();
    const fixed = commentsOf(stage).find(({ path }) => path === 'a.js');
    expect(fixed?.body).toMatch(new RegExp(`^✅ \\*\\*Fixed in ${sha.slice(0, 7)}\\*\\*`));
    expect(commentsOf(stage).find(({ path }) => path === 'b.js')?.body).not.toContain('Fixed');
    expect(reviewsOf(stage)[1]?.body).toContain('Fixed since the last review');
  });

  test('a problem is marked as fixed also when a push leaves nothing to read', async () => {
    await using stage = await open();
    await stage.dispatch();
    const asked = stage.claude.requests.length;
    const sha = await push(stage, { 'a.js': 'first();\n', 'b.js': 'first();\n' });
    const second = await stage.dispatch();
    expect(outputsOf(second)).toMatchObject({ status: 'reviewed', findings: '0' });
    expect(commentsOf(stage).map(({ body }) => body.includes(`Fixed in ${sha.slice(0, 7)}`))).toEqual([true, true]);
    expect(stage.claude.requests).toHaveLength(asked);
    await push(stage, { 'package-lock.json': '{}\n' });
    expect(outputsOf(await stage.dispatch())['status']).toBe('skipped');
  });

  test('with `contents: write`, the thread of a fixed problem is resolved', async () => {
    const workflow = `on: { repository_dispatch: { types: [nectr-review] } }
permissions: { contents: write, pull-requests: write, checks: write }
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: OWNER/nectr@v1
        with:
          anthropic-api-key: \${{ secrets.ANTHROPIC_API_KEY }}
`;
    await using stage = await openStage({
      base: { 'a.js': 'first();\n' },
      change: { 'a.js': 'first();\nBAD_one(here);\n' },
      script,
      workflow,
    });
    await stage.dispatch();
    await push(stage, { 'a.js': 'first();\nfine(here);\n' });
    await stage.dispatch();
    expect(commentsOf(stage)).toMatchObject([
      { resolvedBy: 'github-actions[bot]', body: expect.not.stringContaining('Fixed') },
    ]);
    expect(reviewsOf(stage)).toHaveLength(1);
  });

  test('what a person resolved, or somebody with write access disliked, is not told again', async () => {
    await using stage = await open();
    const { github } = stage;
    await stage.dispatch();
    github.addCollaborator(REPOSITORY, 'operator', 'write');
    const [a, b] = commentsOf(stage);
    github.resolveThread(REPOSITORY, a?.id ?? 0, 'mona');
    github.react(REPOSITORY, b?.id ?? 0, 'operator', '-1');
    await push(stage, { 'a.js': 'first();\nBAD_one(here);\nmore();\n', 'b.js': 'first();\nBAD_two(there);\nmore();\n' });
    const run = await stage.dispatch();
    expect(logOf(run)).not.toContain('could not be read');
    expect(outputsOf(run)).toMatchObject({ status: 'reviewed', findings: '0' });
    expect(run.steps[0]?.summary).not.toContain('still open');
    expect(commentsOf(stage)).toHaveLength(2);
  });

  test('a 👎 of a stranger dismisses nothing', async () => {
    await using stage = await open();
    await stage.dispatch();
    for (const { id } of commentsOf(stage)) stage.github.react(REPOSITORY, id, 'mallory', '-1');
    await push(stage, { 'c.js': 'good();\n' });
    expect(outputsOf(await stage.dispatch())['reason']).toContain('2 still open');
  });

  test('a memory that somebody has changed is not believed: everything is read again', async () => {
    await using stage = await open();
    await stage.dispatch();
    const [review] = reviewsOf(stage);
    if (review) review.body = review.body.replace(/(nectr:ledger v1 [\w-]{20})./, '$1x');
    await push(stage, { 'c.js': 'good();\n' });
    await stage.dispatch();
    expect(reviewsOf(stage)[1]?.body).not.toContain('of what changed since');
    expect(reviewsOf(stage)).toHaveLength(2);
  });
});
