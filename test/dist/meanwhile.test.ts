import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { finding, findings, logOf, openStage, outputsOf, REPOSITORY, QUOTE, simple } from './stage.ts';

describe('what changes while Claude is reading', () => {
  test('a repository that is renamed gets its review all the same', async () => {
    await using stage = await openStage({
      ...simple,
      script: () => {
        stage.github.renameRepository(REPOSITORY, 'store');
        return findings(finding('src/cart.js', 2, QUOTE));
      },
    });
    const run = await stage.dispatch();
    expect(logOf(run)).not.toContain('::error');
    expect(outputsOf(run)['status']).toBe('reviewed');
    expect(stage.github.reviews('octo/store', 1)).toMatchObject([{ id: Number(outputsOf(run)['review-id']) }]);
    expect(stage.github.checkRuns('octo/store', stage.pull.head.sha)).toMatchObject([{ conclusion: 'success' }]);
  });

  test('another run that was faster is not repeated', async () => {
    let others = 0;
    await using stage = await openStage({
      ...simple,
      // Without the workflow's concurrency group, two runs may go at once.
      workflow: readFileSync('docs/samples/nectr.yml', 'utf8').replace(/concurrency:\n(?: {2}.*\n)+/, ''),
      script: async () => {
        others += 1;
        if (others === 1) await stage.dispatch();
        return findings();
      },
    });
    await stage.dispatch();
    expect(stage.runner.runs.map((run) => outputsOf(run)['status'])).toEqual([
      'duplicate_skipped',
      'reviewed',
    ]);
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });

  test('a run that is cancelled posts nothing, and says so on its check run', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    await using stage = await openStage({
      ...simple,
      script: async (_, index) => {
        if (index > 0) return findings();
        ask();
        await new Promise((resolve) => setTimeout(resolve, 20_000).unref());
        return findings();
      },
    });
    const first = stage.dispatch();
    await asked;
    // A newer dispatch of the same pull request cancels the run that goes.
    await Promise.all([first, stage.dispatch()]);
    const [cancelled, second] = stage.runner.runs;
    expect([cancelled?.conclusion, second?.conclusion]).toEqual(['cancelled', 'success']);
    const conclusions = stage.github.checkRuns(REPOSITORY, stage.pull.head.sha).map(({ conclusion }) => conclusion);
    expect(conclusions).toEqual(['cancelled', 'success']);
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
  });
});

describe('a pull request of which not everything can be read', () => {
  test('with nothing but skipped files gets no review, and its check run is neutral', async () => {
    await using stage = await openStage({ ...simple, change: { 'vendor/pay.js': 'pay();\n' } });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('success');
    expect(outputsOf(run)).toMatchObject({ status: 'skipped', reason: expect.stringContaining('vendor/pay.js') });
    expect(stage.github.reviews(REPOSITORY, 1)).toEqual([]);
    expect(stage.github.checkRuns(REPOSITORY, stage.pull.head.sha)).toMatchObject([
      { conclusion: 'neutral', title: 'Nothing was reviewed' },
    ]);
    expect(stage.claude.requests).toEqual([]);
  });

  test('is partial with a failed step, and the next run completes it', async () => {
    const big = 'const line = "of a file that fills a batch of its own";\n'.repeat(2_200);
    let broken = true;
    await using stage = await openStage({
      ...simple,
      change: { 'src/a.js': big, 'src/b.js': big, 'src/c.js': big },
      script: (request) =>
        broken && JSON.stringify(request.messages[0]?.content).includes('=== \\"src/b.js')
          ? { kind: 'message', content: [{ type: 'text', text: 'No.' }], stopReason: 'refusal' }
          : findings(),
    });
    const first = await stage.dispatch();
    expect(first.conclusion).toBe('failure');
    expect(outputsOf(first)).toMatchObject({ status: 'partial', reason: expect.stringContaining('1 file not read') });
    broken = false;
    const second = await stage.dispatch();
    expect(outputsOf(second)['status']).toBe('reviewed');
    expect(outputsOf(await stage.dispatch())['status']).toBe('duplicate_skipped');
  });
});
