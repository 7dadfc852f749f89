// The local runner reads and runs workflows as GitHub does.
import { describe, expect, test } from '@jest/globals';
import { startLocalGitHub } from '../../../simulator/github/local-github.ts';
import { ConcurrencyGroups } from '../../../simulator/runner/concurrency.ts';
import {
  asText,
  evaluateExpression,
  evaluateText,
  evaluateToken,
} from '../../../simulator/runner/evaluate.ts';
import { startLocalRunner } from '../../../simulator/runner/local-runner.ts';
import { matchesTrigger, type Trigger } from '../../../simulator/runner/match-trigger.ts';
import { parseWorkflow } from '../../../simulator/runner/parse-workflow.ts';
import { readOutputs } from '../../../simulator/runner/read-outputs.ts';
import { waitFor } from '../../forwarder/wait-for.ts';

const workflow = (on: string): string =>
  `on: ${on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]\n`;

function trigger(event: Trigger['event'], action?: string): Trigger {
  const repository = { id: 1, fullName: 'octo/shop', defaultBranch: 'main' };
  return { event, payload: { action }, repository, ref: '', sha: '', actor: '', fromFork: false };
}

describe('parseWorkflow', () => {
  test.each([
    ['an unknown key', `${workflow('push')}foo: 1\n`, 'Unexpected value'],
    [
      'an unknown context',
      workflow('push').replace("'true'", '"${{ nothing.here }}"'),
      'Unrecognized named-value',
    ],
    ['no jobs', 'on: push\n', 'jobs'],
  ])('refuses %s in the words of GitHub', async (_, content, words) => {
    await expect(parseWorkflow('a.yml', content)).rejects.toThrow(words);
  });

  test('reads run-name and concurrency, and evaluates them on an event', async () => {
    const parsed = await parseWorkflow(
      'a.yml',
      `run-name: "Review of #\${{ github.event.number }}"\nconcurrency: { group: "g-\${{ github.event.number }}", cancel-in-progress: true }\n${workflow('push')}`,
    );
    const contexts = { github: { event: { number: 7 } } };
    expect(evaluateToken(parsed.root.get('run-name'), contexts)).toBe('Review of #7');
    expect(evaluateToken(parsed.root.get('concurrency'), contexts)).toEqual({
      group: 'g-7',
      'cancel-in-progress': true,
    });
  });
});

describe('matchesTrigger', () => {
  test.each([
    ['{ repository_dispatch: { types: [nectr-review] } }', 'repository_dispatch', 'nectr-review', true],
    ['{ repository_dispatch: { types: [nectr-review] } }', 'repository_dispatch', 'other', false],
    ['{ repository_dispatch: }', 'repository_dispatch', 'anything', true],
    ['pull_request', 'pull_request', 'synchronize', true],
    ['pull_request', 'pull_request', 'closed', false],
    ['workflow_dispatch', 'workflow_dispatch', undefined, true],
    ['push', 'workflow_dispatch', undefined, false],
  ] as const)('`on: %s` with %s %s: %s', async (on, event, action, expected) => {
    expect(matchesTrigger(await parseWorkflow('a.yml', workflow(on)), trigger(event, action))).toBe(expected);
  });
});

describe('expressions', () => {
  test.each([
    ["github.event.a || 'none'", 'none'],
    ["format('{0}-{1}', 1, 'x')", '1-x'],
    ["contains('Hello', 'ell')", true],
    ["'A' == 'a'", true],
    ['failure()', false],
  ])('%s is %j', (expression, value) => {
    expect(evaluateExpression(expression, { github: { event: {} } })).toBe(value);
  });

  test('text holds their values, and nothing for null', () => {
    expect(evaluateText('a ${{ x.y }} b ${{ x.z }}.', { x: { y: true } })).toBe('a true b .');
    expect(asText({ a: 1 })).toBe('{"a":1}');
  });
});

/** A run that ends when it is told to. */
function member(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    end: resolve,
    start: () => {
      log.push(`start ${name}`);
      return promise;
    },
    cancel: () => {
      log.push(`cancel ${name}`);
      resolve();
    },
  };
}

describe('ConcurrencyGroups', () => {
  test('one goes, one waits, and a newer one takes the place of the waiting one', async () => {
    const log: string[] = [];
    const groups = new ConcurrencyGroups();
    const [first, second, third] = ['1', '2', '3'].map((name) => member(log, name));
    for (const run of [first, second, third]) if (run) groups.enter('g', false, run);
    expect(log).toEqual(['start 1', 'cancel 2']);
    first?.end();
    await new Promise(setImmediate);
    expect(log).toEqual(['start 1', 'cancel 2', 'start 3']);
  });

  test('cancel-in-progress ends the one that goes; the group is the same in upper and lower case', async () => {
    const log: string[] = [];
    const groups = new ConcurrencyGroups();
    groups.enter('Group', true, member(log, '1'));
    groups.enter('group', true, member(log, '2'));
    await new Promise(setImmediate);
    expect(log).toEqual(['start 1', 'cancel 1', 'start 2']);
  });

  test('another group does not wait', () => {
    const log: string[] = [];
    const groups = new ConcurrencyGroups();
    groups.enter('a', false, member(log, '1'));
    groups.enter('b', false, member(log, '2'));
    expect(log).toEqual(['start 1', 'start 2']);
  });
});

describe('readOutputs', () => {
  test('reads single lines and blocks of many', () => {
    expect(readOutputs('a=1\nb<<EOF\nx\ny=z\nEOF\nc=a=b\n')).toEqual({ a: '1', b: 'x\ny=z', c: 'a=b' });
  });

  test.each([
    ['b<<EOF\nnever closed\n', 'no closing delimiter'],
    ['no name\n', 'has no name'],
  ])('refuses %j', (content, words) => {
    expect(() => readOutputs(content)).toThrow(words);
  });
});

/** Runs a workflow on a dispatch of `go`. */
const run = async (content: string) => {
  const github = await startLocalGitHub();
  github.createUser('octo');
  const files = { '.github/workflows/a.yml': content };
  await github.createRepository('octo', 'shop', { files });
  const runner = await startLocalRunner({ github, actions: {}, secrets: {} });
  const token = github.createToken('octo', { contents: 'write' });
  await fetch(`${github.apiUrl}/repos/octo/shop/dispatches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
    body: JSON.stringify({ event_type: 'go' }),
  });
  await waitFor('the run', () => runner.runs.some(({ status }) => status === 'completed'));
  await runner.close();
  await github.close();
  return { conclusion: runner.runs[0]?.conclusion, violations: runner.violations };
};

describe('startLocalRunner', () => {
  const on = 'on: { repository_dispatch: { types: [go] } }\n';
  const job = "    runs-on: ubuntu-latest\n    steps: [{ uses: 'octo/thing@v1' }]\n";

  test('skips a job whose condition is false', async () => {
    expect(await run(`${on}jobs:\n  a:\n    if: github.event.action == 'stop'\n${job}`)).toEqual({
      conclusion: 'skipped',
      violations: [],
    });
  });

  test('fails a step whose action it was not given', async () => {
    expect(await run(`${on}jobs:\n  a:\n${job}`)).toEqual({ conclusion: 'failure', violations: [] });
  });

  test.each([
    ['two jobs', `${on}jobs:\n  a:\n${job}  b:\n${job}`, 'exactly one job'],
    ['an environment', `${on}env: { A: b }\njobs:\n  a:\n${job}`, 'does not know env'],
    ['permissions as one word', `${on}permissions: write-all\njobs:\n  a:\n${job}`, 'permissions write-all'],
  ])('says of %s that it cannot run it, and ends the run', async (_, content, words) => {
    expect(await run(content)).toEqual({
      conclusion: 'failure',
      violations: [expect.stringContaining(words)],
    });
  });
});
