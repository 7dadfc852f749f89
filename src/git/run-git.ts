// The only place that starts git. In: arguments, and a token if the network is needed. Out: what git printed.
// Nothing of the machine's or a repository's own configuration takes effect, and the token travels by environment.
import { spawn } from 'node:child_process';

export interface GitOptions {
  /** The bare repository. */
  readonly gitDir: string;
  /** Configuration for this call only, such as the credentials of a fetch; never visible in the process list. */
  readonly config?: Readonly<Record<string, string>>;
  /** Ends git when it is aborted. */
  readonly signal: AbortSignal;
}

const MAX_BYTES = 200 * 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;

/** What git needs to reach a server behind a company's proxy or certificate authority. */
const PASSED_ENVIRONMENT =
  /^(PATH|SYSTEMROOT|TMPDIR|TEMP|TMP|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|CURL_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY)$/i;

const SAFE_CONFIG: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'credential.helper': '',
  'diff.external': '',
  // git would hand the token on to wherever a server sends it.
  'http.followRedirects': 'false',
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
    timeout: TIMEOUT_MS,
    signal: options.signal,
  });
  const output: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BYTES) output.push(chunk);
    else child.kill();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>(
    (resolve, reject) => {
      child.on('error', (error) => {
        const message = 'git could not be started: install git on the runner';
        reject(options.signal.aborted ? error : new Error(message, { cause: error }));
      });
      child.on('close', (code, signal) => {
        resolve({ code, signal });
      });
    },
  );
  const what = `git ${args[0] ?? ''}`;
  if (bytes > MAX_BYTES) throw new Error(`${what} printed more than ${MAX_BYTES} bytes`);
  if (signal !== null)
    throw new Error(`${what} was ended by ${signal}, after ${TIMEOUT_MS / 1000} s at most`);
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
