// The only place that starts git. In: arguments, and a token if the network is needed. Out: what git printed.
// Nothing of the machine's or a repository's own configuration takes effect, and the token travels by environment.
import { spawn } from 'node:child_process';

export interface GitOptions {
  /** The bare repository. */
  readonly gitDir: string;
  /** Configuration for this call only, such as the credentials of a fetch; never visible in the process list. */
  readonly config?: Readonly<Record<string, string>>;
  /** Standard output beyond this many bytes ends the call with an error. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

const DEFAULT_MAX_BYTES = 200 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** What git needs to reach a server behind a company's proxy or certificate authority. */
const PASSED_ENVIRONMENT =
  /^(PATH|SYSTEMROOT|TMPDIR|TEMP|TMP|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|CURL_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY)$/i;

const SAFE_CONFIG: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'credential.helper': '',
  'diff.external': '',
  'protocol.allow': 'never',
  'protocol.http.allow': 'always',
  'protocol.https.allow': 'always',
  'submodule.recurse': 'false',
};

/** Runs git in a bare repository; rejects with what git said when it exits with another code than 0. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const child = spawn('git', ['--git-dir', options.gitDir, ...args], {
    env: gitEnvironment(options.config ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const output: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) output.push(chunk);
    else child.kill();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>(
    (resolve, reject) => {
      child.on('error', (error) => {
        reject(new Error('git could not be started: install git on the runner', { cause: error }));
      });
      child.on('close', (code, signal) => {
        resolve({ code, signal });
      });
    },
  );
  const what = `git ${args[0] ?? ''}`;
  if (bytes > maxBytes) throw new Error(`${what} printed more than ${maxBytes} bytes`);
  if (signal !== null)
    throw new Error(
      `${what} was ended by ${signal}, after ${options.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms at most`,
    );
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}: ${complaint.trim()}`);
  return Buffer.concat(output);
}

function gitEnvironment(config: Readonly<Record<string, string>>): Record<string, string> {
  const passed = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && PASSED_ENVIRONMENT.test(name) ? [[name, value] as const] : [],
  );
  const settings = Object.entries({ ...SAFE_CONFIG, ...config });
  const numbered = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key] as const,
    [`GIT_CONFIG_VALUE_${at}`, value] as const,
  ]);
  return {
    ...Object.fromEntries(passed),
    ...Object.fromEntries(numbered),
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
