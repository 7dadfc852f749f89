// Commits of this very repository as pull requests on the local GitHub. Where the history is not there, as in the shallow clone
// of a CI run, there are none.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LocalGitHub } from '../../../simulator/github/local-github.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Full names of repositories whose branch `change` is one commit ahead of `main`; the newest commits first. */
export async function importOwnCommits(github: LocalGitHub, count: number): Promise<string[]> {
  const names: string[] = [];
  for (const commit of listCommits(count)) {
    const name = `own-${commit.slice(0, 7)}`;
    await github.createRepository('octo', name);
    await github.importCommit(`octo/${name}`, 'main', ROOT, `${commit}~`);
    await github.importCommit(`octo/${name}`, 'change', ROOT, commit);
    names.push(`octo/${name}`);
  }
  return names;
}

function listCommits(count: number): string[] {
  if (count === 0) return [];
  try {
    const read = (...args: readonly string[]): string =>
      execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    if (read('rev-parse', '--is-shallow-repository').trim() === 'true') return [];
    return read('rev-list', '--no-merges', '--min-parents=1', `--max-count=${count}`, 'HEAD')
      .split('\n')
      .filter(Boolean);
  } catch {
    return []; // no git repository: the sources were unpacked
  }
}
