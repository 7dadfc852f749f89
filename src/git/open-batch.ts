// Object ids → what one `git cat-file --batch` or `--batch-check` says about them, in the order asked. It starts with the first
// question and goes on; should it end by itself, who asked last is told why, and the others are asked again of another.
import { startGit, type Ending, type GitOptions, type RunningGit } from './run-git.ts';

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
  readonly oid: string;
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
  const put = (question: Waiting): void => {
    running ??= startBatch(kind, options, {
      onEnd: () => {
        running = undefined;
      },
      askAgain: put,
    });
    const { git, waiting, silence } = running;
    if (waiting.length === 0) silence.refresh();
    waiting.push(question);
    git.child.stdin.write(`${question.oid}\n`);
  };
  return {
    ask: (oid) =>
      new Promise((resolve, reject) => {
        put({ oid, resolve, reject });
      }),
    [Symbol.asyncDispose]: async () => {
      running?.git.child.stdin.end();
      await running?.git.ended.catch(() => {});
    },
  };
}

interface Ends {
  readonly onEnd: () => void;
  readonly askAgain: (question: Waiting) => void;
}

function startBatch(kind: Kind, options: GitOptions, { onEnd, askAgain }: Ends): Running {
  const git = startGit(['cat-file', `${kind}=${FORMAT}`], options);
  const waiting: Waiting[] = [];
  let hasAnswered = false;
  const silence = setTimeout(() => {
    if (waiting.length > 0) git.child.kill();
  }, SILENCE_MS);
  const parse = composeParser(kind === '--batch', (answer) => {
    silence.refresh();
    hasAnswered = true;
    git.complaint.text = '';
    waiting.shift()?.resolve(answer);
  });
  git.child.stdout.on('data', parse);
  const end = (): Waiting[] => {
    onEnd();
    clearTimeout(silence);
    return waiting.splice(0);
  };
  git.ended.then(
    (ending) => {
      const [first, ...others] = end();
      const error = new Error(explainEnd(ending, git.complaint.text));
      first?.reject(error);
      // It was the first that it could not answer, unless it can answer nothing.
      for (const one of others) {
        if (hasAnswered) askAgain(one);
        else one.reject(error);
      }
    },
    (error: unknown) => {
      for (const { reject } of end()) reject(error);
    },
  );
  return { git, waiting, silence };
}

function explainEnd({ code, signal }: Ending, complaint: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return `git cat-file ended ${how}${complaint.trim() === '' ? '' : `: ${complaint.trim()}`}`;
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
