// Object ids → what one `git cat-file --batch` or `--batch-check` says about them, in the order asked. It starts with the first
// question and goes on; should it end by itself, who waits is told why, and the next question starts another.
import { startGit, type GitOptions, type RunningGit } from './run-git.ts';

export interface Answer {
  readonly type: string;
  readonly bytes: number;
  /** Empty from `--batch-check`. */
  readonly content: Buffer;
}

export interface Batch extends AsyncDisposable {
  /** Undefined: there is no such object. */
  ask(oid: string): Promise<Answer | undefined>;
}

interface Waiting {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly git: RunningGit;
  readonly waiting: Waiting[];
  /** Ends git when it says nothing while somebody waits. */
  readonly silence: NodeJS.Timeout;
}

/** It may be fetching what was left on the server. */
const SILENCE_MS = 5 * 60_000;
/** As both are asked to answer. */
const FORMAT = '%(objecttype) %(objectsize)';

type Kind = '--batch' | '--batch-check';

export function openBatch(kind: Kind, options: GitOptions): Batch {
  let running: Running | undefined;
  return {
    ask: (oid) =>
      new Promise((resolve, reject) => {
        running ??= startBatch(kind, options, () => {
          running = undefined;
        });
        const { git, waiting, silence } = running;
        if (waiting.length === 0) silence.refresh();
        waiting.push({ resolve, reject });
        git.child.stdin.write(`${oid}\n`);
      }),
    [Symbol.asyncDispose]: async () => {
      running?.git.child.stdin.end();
      await running?.git.ended.catch(() => {});
    },
  };
}

function startBatch(kind: Kind, options: GitOptions, onEnd: () => void): Running {
  const git = startGit(['cat-file', `${kind}=${FORMAT}`], options);
  const waiting: Waiting[] = [];
  const silence = setTimeout(() => {
    if (waiting.length > 0) git.child.kill();
  }, SILENCE_MS);
  const parse = composeParser(kind === '--batch', (answer) => {
    silence.refresh();
    waiting.shift()?.resolve(answer);
  });
  git.child.stdout.on('data', parse);
  const tell = (error: unknown): void => {
    onEnd();
    clearTimeout(silence);
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  git.ended.then(({ complaint }) => tell(new Error(`git cat-file ended: ${complaint.trim()}`)), tell);
  return { git, waiting, silence };
}

/** `type size LF`, and with content as many bytes and one more LF; `id missing LF` for what is not there. */
function composeParser(
  hasContent: boolean,
  tell: (answer: Answer | undefined) => void,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let [bytes, needed] = [0, 1];
  return (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < needed) return;
    let rest = Buffer.concat(chunks);
    for (needed = 1; ;) {
      const end = rest.indexOf('\n');
      if (end === -1) break;
      const [, type, size] = /^(\w+) (\d+)$/.exec(rest.toString('latin1', 0, end)) ?? [];
      const length = hasContent && size !== undefined ? Number(size) + 1 : 0;
      needed = end + 1 + length;
      if (rest.length < needed) break;
      const content = rest.subarray(end + 1, Math.max(end + 1, needed - 1));
      tell(type === undefined ? undefined : { type, bytes: Number(size), content });
      rest = rest.subarray(needed);
      needed = 1;
    }
    chunks = rest.length > 0 ? [rest] : [];
    bytes = rest.length;
  };
}
