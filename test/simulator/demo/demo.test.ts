// The demo as people run it: its own process, its output, its exit code.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const TIMEOUT_MS = 60_000;

async function runDemo(...args: readonly string[]) {
  const preload = ['--import', './simulator/runner/allow-json-imports.ts'];
  const { ANTHROPIC_API_KEY: _, ...env } = process.env;
  const run = promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...preload, 'simulator/demo/main.ts', ...args],
    { env, timeout: TIMEOUT_MS },
  );
  return run.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe('npm run demo', () => {
  test(
    'goes the whole way and ends with 0',
    async () => {
      const { code, stdout } = await runDemo();
      expect(stdout.split('\n')[0]).toContain("Claude's answers are scripted");
      expect(stdout).toMatch(/POST \/api\/v1\/repos\/octo\/shop\/install → 201/);
      expect(stdout).toMatch(/octo\/shop#1 opened at [0-9a-f]{7}/);
      expect(stdout).toMatch(/octo\/shop#1 synchronize at [0-9a-f]{7}/);
      expect(stdout.match(/Action +review \d+ posted/g)).toHaveLength(2);
      expect(stdout).toMatch(/the same delivery once more → 200 \{"status":"duplicate_skipped"/);
      expect(stdout).toMatch(/Action +duplicate_skipped: commit/);
      expect(stdout).toMatch(/one character more → 403/);
      expect(stdout).toContain('The total can fall below zero');
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    'takes a range of this repository',
    async () => {
      // A clone in CI may hold the last commit only: then its empty tree is all there is to compare with.
      const { stdout: count } = await promisify(execFile)('git', ['rev-list', '--count', 'HEAD']);
      const base = Number(count) > 1 ? 'HEAD~1' : 'HEAD';
      const { code, stdout, stderr } = await runDemo('--repo', '.', '--base', base, '--head', 'HEAD');
      const expected = base === 'HEAD' ? 'has no commit that --base' : 'review of octo/';
      expect(stdout + stderr).toContain(expected);
      expect(code).toBe(base === 'HEAD' ? 1 : 0);
    },
    TIMEOUT_MS,
  );

  test.each([
    [['--repo', '.'], '--repo, --base and --head go together.'],
    [['--nothing'], "Unknown option '--nothing'"],
    [['--repo', '/nowhere', '--base', 'a', '--head', 'b'], 'git cannot read that range of /nowhere'],
  ])(
    '%j ends with 1 and says why',
    async (args, words) => {
      const { code, stderr } = await runDemo(...args);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    },
    TIMEOUT_MS,
  );
});
