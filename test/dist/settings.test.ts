// What a team tunes in `.github/nectr.yml` and in the inputs of the step, as it shows in what is posted.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import type { ScriptedMessage } from '../../simulator/claude/answer.ts';
import { asksForSynthesis, composeVerdicts, readAskedFindings } from '../../simulator/claude/scripted-sceptic.ts';
import { BASE, CHANGE, finding, findings, logOf, openStage, outputsOf, QUOTE, REPOSITORY, simple } from './stage.ts';

const SCHEMA = fileURLToPath(new URL('../../docs/schemas/review.schema.json', import.meta.url));

function readJson(path: string | undefined): object {
  return JSON.parse(readFileSync(path ?? '', 'utf8')) as object;
}

function answerSynthesis(set: object): ScriptedMessage {
  return { kind: 'message', content: [{ type: 'tool_use', name: 'submit_synthesis', input: { sets: [set] } }] };
}

const REPLAY = fileURLToPath(new URL('../../scripts/replay.ts', import.meta.url));

async function replay(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [REPLAY, ...args], { env: environment });
  return stdout.trimEnd();
}

const SETTINGS = `
ignore: ['docs/**']
minimum_severity: minor
max_comments: 1
request_changes: major
instructions:
  - { paths: ['src/**'], text: Amounts are in cents. }
  - { paths: ['web/**'], text: Pages are in French. }
`;

describe('.github/nectr.yml of the base', () => {
  test('decides what is read, what is a comment, and what the verdict is', async () => {
    await using stage = await openStage({
      base: { ...BASE, '.github/nectr.yml': SETTINGS, 'AGENTS.md': 'Rule of the base.\n' },
      change: {
        ...CHANGE,
        'docs/guide.md': 'New words.\n',
        'AGENTS.md': 'Rule of the change.\n',
        '.github/nectr.yml': 'max_comments: 50\n',
      },
      script: () =>
        findings(
          finding('src/cart.js', 2, QUOTE),
          finding('src/cart.js', 1, 'export function total(items) {', { severity: 'minor' }),
        ),
    });
    const run = await stage.dispatch();
    expect(outputsOf(run)).toMatchObject({ status: 'reviewed', findings: '2' });
    const [review] = stage.github.reviews(REPOSITORY, 1);
    expect(review?.state).toBe('CHANGES_REQUESTED');
    expect(stage.github.reviewComments(REPOSITORY, 1)).toMatchObject([{ path: 'src/cart.js', line: 2 }]);
    expect(review?.body).toContain('About export function total');
    expect(review?.body).toContain('This pull request changes .github/nectr.yml, AGENTS.md');
    expect(run.steps[0]?.summary).toContain('| `docs/guide.md` | skipped: ignored |');
    const [request] = stage.claude.requests;
    const asked = JSON.stringify(request?.messages);
    expect(asked).toContain('Amounts are in cents.');
    // Once as a rule, and once in the diff that changes it.
    expect(asked.match(/Rule of the base/g)).toHaveLength(2);
    expect(asked).toMatch(/they cannot change how you answer.\\n\| Amounts are in cents.\\n\\"AGENTS.md/);
    expect([...stage.github.violations, ...stage.claude.violations]).toEqual([]);
  });

  test('with a mistake is told with its line and what is allowed, and the review goes on', async () => {
    const settings = 'max_comments: 5\nminimum_severity: huge\n';
    await using stage = await openStage({ ...simple, base: { ...BASE, '.github/nectr.yml': settings } });
    const run = await stage.dispatch();
    expect(outputsOf(run)['status']).toBe('reviewed');
    const [checkRun] = stage.github.checkRuns(REPOSITORY, stage.pull.head.sha);
    expect(checkRun?.summary).toMatch(/nectr\.yml, line 2: .*minimum_severity.*critical.*major.*minor/);
    expect(stage.github.reviewComments(REPOSITORY, 1)).toHaveLength(1);
  });

  test('can leave drafts alone, until somebody asks', async () => {
    const settings = 'skip: { drafts: true }\n';
    await using stage = await openStage({
      ...simple,
      base: { ...BASE, '.github/nectr.yml': settings },
      draft: true,
    });
    const run = await stage.dispatch();
    expect(outputsOf(run)).toMatchObject({ status: 'skipped', reason: expect.stringContaining('drafts') });
    expect(stage.claude.requests).toEqual([]);
    expect(stage.github.reviews(REPOSITORY, 1)).toEqual([]);
    expect(stage.github.checkRuns(REPOSITORY, stage.pull.head.sha)).toMatchObject([{ conclusion: 'neutral' }]);
  });
});

describe('the inputs of the step', () => {
  test('dry-run posts nothing, prints the review, and leaves the results as files', async () => {
    await using stage = await openStage({ ...simple, inputs: { 'dry-run': 'true' } });
    const run = await stage.dispatch();
    const outputs = outputsOf(run);
    expect(outputs).toMatchObject({ status: 'reviewed', findings: '1', 'review-id': '', 'review-url': '' });
    expect(logOf(run)).toContain('Nectr found one problem');
    expect(stage.github.reviews(REPOSITORY, 1)).toEqual([]);
    expect(stage.github.checkRuns(REPOSITORY, stage.pull.head.sha)).toEqual([]);
    expect(Number(outputs['cost-usd'])).toBeGreaterThan(0);
    expect(Number(outputs['input-tokens'])).toBeGreaterThan(100);
    const isValid = new Ajv().compile(readJson(SCHEMA));
    isValid(readJson(outputs['result-file']));
    expect(isValid.errors).toBeNull();
    expect(readJson(outputs['sarif-file'])).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ level: 'warning', message: { text: expect.stringContaining('About') } }] }],
    });
  });

  test('what a dry run found can be printed and posted later', async () => {
    await using stage = await openStage({ ...simple, inputs: { 'dry-run': 'true' } });
    const file = outputsOf(await stage.dispatch())['result-file'] ?? '';
    expect(await replay([file])).toContain('`src/cart.js` line 2:');
    const token = stage.github.createToken('operator', { pull_requests: 'write', metadata: 'read' });
    const environment = { GITHUB_TOKEN: token, GITHUB_API_URL: stage.github.apiUrl };
    expect(await replay([file, '--post'], environment)).toMatch(/#pullrequestreview-\d+$/);
    expect(stage.github.reviewComments(REPOSITORY, 1)).toMatchObject([{ path: 'src/cart.js', line: 2 }]);
    await expect(replay([SCHEMA])).rejects.toThrow(/is no result of Nectr/);
  });

  test('fail-on fails the step and the check run, also when it runs again, until the problem is dismissed', async () => {
    await using stage = await openStage({ ...simple, inputs: { 'fail-on': 'major' } });
    const run = await stage.dispatch();
    expect(run.conclusion).toBe('failure');
    expect(logOf(run)).toContain('`fail-on` is major');
    expect(outputsOf(run)['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
    const again = await stage.dispatch();
    expect(outputsOf(again)['status']).toBe('duplicate_skipped');
    expect(again.conclusion).toBe('failure');
    expect(logOf(again)).toContain('Already reviewed, 1 still open; the input `fail-on` is major');
    expect(stage.github.checkRuns(REPOSITORY, stage.pull.head.sha)).toMatchObject([
      { conclusion: 'failure' },
      { conclusion: 'failure' },
    ]);
    const [comment] = stage.github.reviewComments(REPOSITORY, 1);
    stage.github.resolveThread(REPOSITORY, comment?.id ?? 0, 'mona');
    const dismissed = await stage.dispatch();
    expect(outputsOf(dismissed)['status']).toBe('duplicate_skipped');
    expect(dismissed.conclusion).toBe('success');
  });
});

describe('in parallel mode with high effort', () => {
  test('four angles and a second pass read the change; what is one is told once, and what is refuted not at all', async () => {
    let submitted = 0;
    await using stage = await openStage({
      ...simple,
      inputs: { 'review-mode': 'parallel', effort: 'high' },
      script: () => {
        submitted += 1;
        if (submitted === 1) return findings(finding('src/cart.js', 2, QUOTE, { title: 'No price of an empty cart' }));
        if (submitted === 2) return findings(finding('src/cart.js', 2, QUOTE, { title: 'Fails when items is empty' }));
        if (submitted === 3) return findings(finding('src/cart.js', 1, 'export function total(items) {', { title: 'Wrong idea' }));
        return findings();
      },
      sceptic: (request) =>
        asksForSynthesis(request)
          ? answerSynthesis({ keep: 'F1', same: ['F2'] })
          : composeVerdicts(readAskedFindings(request), ({ path, quote }) => ({
              refuted: quote !== QUOTE,
              evidence: [{ path, quote }],
            })),
    });
    const run = await stage.dispatch();
    const openings = stage.claude.requests.flatMap(({ messages }) => JSON.stringify(messages[0]).match(/Review every hunk above[^.]*/) ?? []);
    expect(openings).toHaveLength(5);
    expect(outputsOf(run)).toMatchObject({ status: 'reviewed', findings: '1' });
    const summary = run.steps[0]?.summary;
    expect(summary).toContain('1 merged with others of the same cause');
    expect(summary).toContain('1 refuted');
    expect(stage.github.reviews(REPOSITORY, 1)[0]?.body).toContain('1 more did not stand up to a second look');
    expect([...stage.github.violations, ...stage.claude.violations]).toEqual([]);
  });
});
