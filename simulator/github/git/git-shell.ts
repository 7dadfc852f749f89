// Starts git by a shell that stays beside this process: to fork a process as large as this one takes longer than most of
// what git is asked here.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface GitShell {
  /** Rejects only when the shell itself has ended; how git ended is in the answer. */
  run(command: GitCommand): Promise<GitEnd>;
}

export interface GitCommand {
  readonly args: readonly string[];
  readonly input?: string | Buffer | undefined;
  /** Beside the shell's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface GitEnd {
  readonly code: number;
  readonly output: Buffer;
  readonly complaint: string;
}

interface Waiting {
  resolve(code: number): void;
  reject(error: Error): void;
}

/** Runs one command after the other: each beside the others would be one more process. Ends with this process, and does not keep it alive while nothing runs. */
export function openGitShell(environment: Readonly<Record<string, string>>): GitShell {
  const folder = mkdtempSync(join(tmpdir(), 'nectr-git-'));
  const shell = spawn('sh', { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  // Its input ends with this process, however that ends.
  shell.stdin.write(`trap ${quote(`rm -rf ${quote(folder)}`)} EXIT\n`);
  const waiting = new Map<number, Waiting>();
  let started = 0;
  createInterface({ input: shell.stdout }).on('line', (line) => {
    const [id, code] = line.split(' ').map(Number);
    waiting.get(id ?? 0)?.resolve(code ?? 0);
  });
  const fail = (error: Error): void => {
    for (const one of waiting.values()) one.reject(error);
  };
  shell.on('error', fail);
  shell.stdin.on('error', fail);
  shell.on('close', (code) => fail(new Error(`the shell that starts git ended with ${String(code)}`)));
  holdWhile(shell, false);
  return {
    run: async ({ args, input, environment: more = {} }) => {
      started += 1;
      const id = started;
      const file = join(folder, String(id));
      if (input !== undefined) await writeFile(`${file}.in`, input);
      const from = input === undefined ? '/dev/null' : `${file}.in`;
      const set = Object.entries(more).map(([name, value]) => `${name}=${quote(value)} `);
      const command = `${set.join('')}git ${args.map(quote).join(' ')} <${quote(from)} >${quote(`${file}.out`)} 2>${quote(`${file}.err`)}`;
      const ended = new Promise<number>((resolve, reject) => waiting.set(id, { resolve, reject }));
      holdWhile(shell, true);
      shell.stdin.write(`${command}; echo "${id} $?"\n`);
      try {
        const code = await ended;
        return {
          code,
          output: await readFile(`${file}.out`),
          complaint: await readFile(`${file}.err`, 'utf8'),
        };
      } finally {
        waiting.delete(id);
        holdWhile(shell, waiting.size > 0);
        await Promise.all(['in', 'out', 'err'].map((kind) => rm(`${file}.${kind}`, { force: true })));
      }
    },
  };
}

function quote(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

function holdWhile(shell: ChildProcessByStdio<Writable, Readable, null>, busy: boolean): void {
  const handles = [shell, shell.stdin, shell.stdout] as unknown as readonly { ref(): void; unref(): void }[];
  for (const handle of handles) {
    if (busy) handle.ref();
    else handle.unref();
  }
}
