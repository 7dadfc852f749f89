// Whatever goes wrong ends as a clear message and a failed step, never as a silent green.
import { describe, expect, test } from '@jest/globals';
import {
  API_KEY,
  finding,
  findings,
  logOf,
  openStage,
  outputsOf,
  REPOSITORY,
  type StageOptions,
} from './stage.ts';

const simple: StageOptions = {
  base: { 'a.js': 'export const a = 1;\n' },
  change: { 'a.js': 'export const a = 2;\n' },
  script: () => findings(finding('a.js', 1, 'export const a = 2;')),
};
describe('a dispatch that is not for this Action', () => {
  test('is refused', async () => {
    await using stage = await openStage(simple);
    const run = await stage.dispatch({ repository_id: 1 });
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['status']).toBe('failed');
    expect(outputsOf(run)['reason']).toContain('it is about the repository with id 1');
    expect(stage.claude.requests).toEqual([]);
  });

  test('is refused with what is wrong about it', async () => {
    await using stage = await openStage(simple);
    const run = await stage.dispatch({ pull_request: 'one' });
    expect(outputsOf(run)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('pull_request: Invalid input: expected number, received string'),
    });
  });
});

describe('when Claude cannot be asked', () => {
  test('a missing key names the secret to add', async () => {
    await using stage = await openStage({ ...simple, secrets: {} });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(logOf(run)).toContain('add the secret ANTHROPIC_API_KEY');
  });

  test('a wrong key fails the step and the check run, and shows the key nowhere', async () => {
    const wrong = 'sk-ant-wrong-key-of-somebody';
    await using stage = await openStage({ ...simple, secrets: { ANTHROPIC_API_KEY: wrong } });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['reason']).toMatch(/key/i);
    expect(stage.github.checkRuns(REPOSITORY, stage.pull.head.sha)).toMatchObject([
      { conclusion: 'failure' },
    ]);
    const log = run.steps.map(({ unmasked }) => unmasked).join('\n');
    expect(log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(wrong);
    expect(JSON.stringify(stage.github.requests)).not.toContain(wrong);
  });

  test('an answer that quotes a secret is told without it', async () => {
    const quoted = `sk-ant-${'q'.repeat(40)}`;
    await using stage = await openStage(simple);
    stage.github.fail({
      route: '/repos/{owner}/{repo}/pulls/{pull_number}',
      status: 422,
      body: { message: `Who are you, ${quoted}?` },
    });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['reason']).toContain('Who are you, [secret removed]?');
    expect(run.steps.map(({ unmasked }) => unmasked).join('\n')).not.toContain(quoted);
  });

  test('an answer that refuses is a failed review', async () => {
    const refusal = { kind: 'message', content: [{ type: 'text', text: 'No.' }], stopReason: 'refusal' } as const;
    await using stage = await openStage({ ...simple, script: () => refusal });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(outputsOf(run)['status']).toBe('failed');
    expect(stage.github.reviews(REPOSITORY, 1)).toEqual([]);
  });

  test('an overloaded API is tried again', async () => {
    await using stage = await openStage({
      ...simple,
      script: (_, index) =>
        index === 0
          ? { kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded' }
          : findings(),
    });
    expect(outputsOf(await stage.dispatch())['status']).toBe('reviewed');
  });
});

test('the secrets of the run are in no log, output, summary, review, check run or request', async () => {
  await using stage = await openStage(simple);
  const run = await stage.dispatch();
  const { github, pull } = stage;
  const log = run.steps.map(({ unmasked }) => unmasked).join('\n');
  const shown = JSON.stringify([
    log.split('\n').filter((line) => !line.startsWith('::add-mask::')),
    run.steps.map(({ outputs, summary }) => [outputs, summary]),
    github.reviews(REPOSITORY, 1),
    github.reviewComments(REPOSITORY, 1),
    github.checkRuns(REPOSITORY, pull.head.sha),
    github.requests,
    stage.claude.requests,
  ]);
  expect(github.requests.some(({ body }) => body.includes('"commit_id"'))).toBe(true);
  expect(log).toContain(`::add-mask::${API_KEY}`);
  expect(log).toMatch(/::add-mask::ghs_[0-9a-f]{8}/);
  expect(shown).not.toContain(API_KEY);
  expect(shown).not.toMatch(/ghs_[0-9a-f]{8}/);
});
