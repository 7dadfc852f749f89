// A process → the most memory that it and its children have held and the processor's time that they took, by /proc, until it is over.
import { readFile, readdir } from 'node:fs/promises';

export interface Peak {
  readonly ownMb: number;
  readonly childrenMb: number;
  /** Of it and of the children that have ended. */
  readonly processorMs: number;
}

/** Peaks only grow, so that the last look at a process counts; its children come and go. Undefined where there is no /proc. */
export function startWatch(): { follow(pid: number): void; stop(): Promise<Peak | undefined> } {
  const peaks = { own: 0, children: 0, processorMs: 0 };
  let work: Promise<void> | undefined;
  const look = async (pid: number): Promise<void> => {
    for (;;) {
      const own = await readPeak(pid);
      if (own === undefined) return;
      peaks.own = Math.max(peaks.own, own);
      peaks.processorMs = Math.max(peaks.processorMs, await readProcessorMs(pid));
      for (const child of await listChildren(pid))
        peaks.children = Math.max(peaks.children, (await readPeak(child)) ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  };
  return {
    follow: (pid) => {
      work = look(pid);
    },
    stop: async () => {
      await work;
      const { own, children, processorMs } = peaks;
      return own === 0 ? undefined : { ownMb: toMb(own), childrenMb: toMb(children), processorMs };
    },
  };
}

function toMb(kilobytes: number): number {
  return Math.round(kilobytes / 102.4) / 10;
}

/** In kilobytes; undefined when the process is over, or where there is no /proc. */
async function readPeak(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes);
}

/** User and system time, its own and that of the children that it has waited for (proc(5)): in ticks, 100 a second. */
async function readProcessorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program may hold blanks, and stands in parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
}

/** And theirs: git fetches by processes of its own. */
async function listChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const own = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [...own, ...(await Promise.all(own.map(listChildren))).flat()];
}
