// The demo as people run it: its own process, its output, its exit code.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Two commits, the second of which changes a file. */
async function createRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-range-'));
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', [
      '-C',
      folder,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.com',
      ...args,
    ]);
  await git('init', '--quiet');
  for (const text of ['export const total = 1;\n', 'export const total = -1;\n']) {
    await writeFile(join(folder, 'total.ts'), text);
    await git('add', 'total.ts');
    await git('commit', '--quiet', '-m', 'Count');
  }
  return folder;
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
    'takes a range of a repository on this machine',
    async () => {
      const folder = await createRepository();
      const { code, stdout } = await runDemo('--repo', folder, '--base', 'HEAD~1', '--head', 'HEAD');
      await rm(folder, { recursive: true });
      expect(stdout).toContain('review of octo/');
      expect(code).toBe(0);
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
