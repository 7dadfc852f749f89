// Starts git for the local GitHub, with an environment in which no configuration of the machine takes effect.
import { openGitShell, type GitCommand, type GitEnd, type GitShell } from './git-shell.ts';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

let shell: GitShell | undefined;

/** However git ends. */
export function askGit(command: GitCommand): Promise<GitEnd> {
  shell ??= openGitShell(ENVIRONMENT);
  return shell.run(command);
}

/** Without `gitDir`, `args` say where. Rejects with what git complained about. */
export async function runGit(
  gitDir: string | undefined,
  args: readonly string[],
  input?: string | Buffer,
): Promise<Buffer> {
  const all = gitDir === undefined ? args : ['--git-dir', gitDir, ...args];
  const { code, output, complaint } = await askGit({ args: all, input });
  if (code !== 0) throw new Error(`git ${args[0] ?? ''} failed (${code}): ${complaint.trim()}`);
  return output;
}

/** The same, as text without the line end. */
export async function readGit(gitDir: string | undefined, ...args: readonly string[]): Promise<string> {
  return (await runGit(gitDir, args)).toString('utf8').trimEnd();
}

const MAX_KEPT = 200;
const MAX_KEPT_BYTES = 1_000_000;
const kept = new Map<string, Promise<Buffer>>();

/** What is asked of commits by their SHAs alone never changes: a process is started for the first to ask. */
export function readForever(gitDir: string, args: readonly string[]): Promise<Buffer> {
  const key = [gitDir, ...args].join('\0');
  const known = kept.get(key);
  if (known) return known;
  const asked = runGit(gitDir, args);
  kept.set(key, asked);
  const forget = (): void => void kept.delete(key);
  asked.then(({ length }) => {
    if (length > MAX_KEPT_BYTES) forget();
  }, forget);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return asked;
}
