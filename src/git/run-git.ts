// The only place that starts git. In: arguments and what git reads from its input, never a word of the pull request as an
// option. Out: what git printed. Nothing of the machine's or a repository's own configuration takes effect, and the token
// travels by environment.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface GitOptions {
  /** The bare repository. */
  readonly gitDir: string;
  /** Configuration for this call only, such as the credentials of a fetch; never visible in the process list. */
  readonly config?: Readonly<Record<string, string>>;
  /** Ends git when it is aborted. */
  readonly signal: AbortSignal;
  /** What git reads from its standard input. */
  readonly input?: string;
  /** An index file of this call alone. */
  readonly indexFile?: string;
  /** Exit codes that are answers and not failures: `git grep` ends with 1 when nothing matches. */
  readonly goodCodes?: readonly number[];
  /** More than this is an error, or with `cut` the end of what is read. */
  readonly maxBytes?: number;
  readonly cut?: boolean;
  readonly timeoutMs?: number;
}

const MAX_BYTES = 128 * 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;

/** What git needs to reach a server behind a company's proxy or certificate authority. */
const PASSED_ENVIRONMENT =
  /^(PATH|SYSTEMROOT|TMPDIR|TEMP|TMP|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|CURL_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY)$/i;

const SAFE_CONFIG: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  // Larger files are compared as binary ones, whatever is in them: git would load both sides whole.
  'core.bigFileThreshold': '1m',
  'core.fsmonitor': 'false',
  'credential.helper': '',
  'diff.external': '',
  // What a fetch leaves behind is thrown away soon: nothing is to be tidied up.
  'gc.auto': '0',
  'maintenance.auto': 'false',
  // So it is one pack, not a file for each object, and nobody waits for the disk.
  'fetch.unpackLimit': '1',
  'core.fsync': 'none',
  // git would hand the token on to wherever a server sends it.
  'http.followRedirects': 'false',
  // A server that has gone silent is given up after a minute: ending git would leave what it has started waiting for it.
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
  'protocol.allow': 'never',
  'protocol.http.allow': 'always',
  'protocol.https.allow': 'always',
  'submodule.recurse': 'false',
};

/** Runs git in a bare repository; rejects with what git said when it exits with another code than 0. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, goodCodes = [0] } = options;
  const { child, complaint, ended } = startGit(args, options, timeoutMs);
  child.stdin.end(options.input);
  const output = collect(child, maxBytes);
  const { code, signal } = await ended;
  const what = `git ${args[0] ?? ''}`;
  if (output.overflowed && options.cut === true) return output.read();
  if (output.overflowed) throw new TooMuchOutput(`${what} printed more than ${maxBytes} bytes`);
  if (signal !== null) throw new Error(`${what} was ended by ${signal}, after ${timeoutMs / 1000} s at most`);
  if (code === null || !goodCodes.includes(code))
    throw new Error(`${what} failed with exit code ${code}: ${complaint.text.trim()}`);
  return output.read();
}

/** Git had more to say than `maxBytes`. */
export class TooMuchOutput extends Error {}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface RunningGit {
  readonly child: Child;
  /** The end of what it has written to standard error. */
  readonly complaint: { text: string };
  /** Rejects when git could not be started, or was aborted. */
  readonly ended: Promise<Ending>;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Starts git in a bare repository, for who talks with it. */
export function startGit(args: readonly string[], options: GitOptions, timeoutMs?: number): RunningGit {
  const child = spawn('git', ['--git-dir', options.gitDir, '--literal-pathspecs', ...args], {
    env: gitEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    signal: options.signal,
  });
  child.stdin.on('error', () => {
    // git ended before it read all; its exit code says why.
  });
  const complaint = { text: '' };
  child.stderr.on('data', (chunk: Buffer) => {
    complaint.text = (complaint.text + chunk.toString()).slice(-2_000);
  });
  return { child, complaint, ended: waitForEnd(child, options.signal) };
}

interface Collected {
  overflowed: boolean;
  read(): Buffer;
}

function collect(child: Child, maxBytes: number): Collected {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collected: Collected = { overflowed: false, read: () => Buffer.concat(chunks) };
  child.stdout.on('data', (chunk: Buffer) => {
    if (collected.overflowed) return;
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    if (bytes <= maxBytes) return;
    collected.overflowed = true;
    child.kill();
  });
  return collected;
}

function waitForEnd(child: Child, aborted: AbortSignal): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const message = 'git could not be started: install git on the runner';
      reject(aborted.aborted ? error : new Error(message, { cause: error }));
    });
    child.on('exit', (_code, signal) => {
      if (signal === null) return;
      // What it has started may live on and hold these open: nobody waits for that.
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.on('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

function gitEnvironment({ config, indexFile }: GitOptions): Record<string, string> {
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
    ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
    LC_ALL: 'C',
  };
}
