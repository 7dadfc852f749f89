// One JavaScript action as a process of its own, with the environment, files and signals of a runner. Out: how it
// ended, its outputs, its job summary, and its log with every secret masked.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOutputs } from './read-outputs.ts';

export interface ActionProcess {
  /** File that `runs.main` names. */
  readonly main: string;
  /** Name → value, as `with` and the defaults of action.yml give them. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** A folder of this step alone. */
  readonly folder: string;
  /** Values that the log must not show. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  /** Told the id of the process, for whoever measures or kills it. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

export interface ActionResult {
  readonly exitCode: number;
  /** From when the process was there until it had ended. */
  readonly tookMs: number;
  readonly cancelled: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** As people see it. */
  readonly log: string;
  /** As the step wrote it, secrets and all: for tests alone. */
  readonly unmasked: string;
}

/** What GitHub's runner leaves a cancelled step: 7.5 s after SIGINT, 2.5 s after SIGTERM. */
const SIGINT_MS = 7_500;
const SIGTERM_MS = 2_500;

export async function runAction(action: ActionProcess): Promise<ActionResult> {
  const files = await createCommandFiles(action.folder);
  const child = spawn(process.execPath, [action.main], {
    cwd: join(action.folder, 'workspace'),
    env: { ...action.environment, ...files, ...inputVariables(action.inputs) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const startedAt = performance.now();
  if (child.pid !== undefined) action.onProcess?.(child.pid);
  let log = '';
  const collect = (chunk: Buffer): void => {
    log += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const timers: NodeJS.Timeout[] = [];
  const cancel = (): void => {
    child.kill('SIGINT');
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), SIGINT_MS),
      setTimeout(() => child.kill('SIGKILL'), SIGINT_MS + SIGTERM_MS),
    );
  };
  if (action.signal.aborted) cancel();
  action.signal.addEventListener('abort', cancel, { once: true });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? 137);
    });
  });
  const tookMs = performance.now() - startedAt;
  for (const timer of timers) clearTimeout(timer);
  action.signal.removeEventListener('abort', cancel);
  return {
    exitCode,
    tookMs,
    cancelled: action.signal.aborted,
    outputs: readOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
    log: maskSecrets(log, action.secrets),
    unmasked: log,
  };
}

async function createCommandFiles(folder: string) {
  await mkdir(join(folder, 'workspace'), { recursive: true });
  await mkdir(join(folder, 'temp'), { recursive: true });
  const file = (name: string): string => join(folder, name);
  const files = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary'),
  };
  await Promise.all(Object.values(files).map((path) => writeFile(path, '')));
  return {
    ...files,
    GITHUB_WORKSPACE: file('workspace'),
    RUNNER_TEMP: file('temp'),
    RUNNER_TOOL_CACHE: file('temp'),
  };
}

/** `pull-request` → `INPUT_PULL-REQUEST`: upper case, blanks to underscores, nothing else. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** Also masks what the step itself declares by `::add-mask::`. */
function maskSecrets(log: string, secrets: readonly string[]): string {
  const declared = [...log.matchAll(/^::add-mask::(.+)$/gm)].map((match) => match[1] ?? '');
  const all = [...secrets, ...declared].filter((secret) => secret.length > 0);
  return all.reduce((text, secret) => text.replaceAll(secret, '***'), log);
}
