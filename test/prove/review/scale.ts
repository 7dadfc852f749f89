// Pull requests of a size that nobody reads: planned in seconds, in bounded memory, with every file in the ledger and a handful of
// calls to GitHub. Measured on the bundle as a process of its own; its git is counted apart.
import { readFile, readdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { ReviewResult } from '../../../src/report/result.ts';
import { findings, openStage, outputsOf, logOf, REPOSITORY, type Stage } from '../../dist/stage.ts';
import { atMost, fact, none, noneOf, note, titled, type Figure } from '../scenario.ts';

export interface Load {
  readonly name: string;
  readonly files: () => Readonly<Record<string, string>>;
}

export interface ScaleSize {
  readonly loads: readonly Load[];
}

export const numberedLines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `export const value${at} = ${at};\n`).join('');

export function manyFiles(count: number): Load {
  const files = () =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`src/${at % 40}/part${at}.js`, numberedLines(5)]),
    );
  return { name: `${count} files`, files };
}

export function longDiff(lines: number, files = 20): Load {
  const each = Math.ceil(lines / files);
  const compose = () =>
    Object.fromEntries(Array.from({ length: files }, (_, at) => [`src/long${at}.js`, numberedLines(each)]));
  return { name: `a diff of ${each * files} lines`, files: compose };
}

export function largeFile(bytes: number): Load {
  const files = () => ({
    'src/large.js': 'const line = 1;\n'.repeat(bytes / 16),
    'src/small.js': 'small();\n',
  });
  return { name: `a file of ${Math.round(bytes / 1024 / 1024)} MB`, files };
}

const MAX_MEMORY_MB = 512;
const MAX_CALLS = 8;
const MAX_PLAN_SECONDS = 30;

export async function proveScale({ loads }: ScaleSize): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const load of loads) figures.push(...titled(load.name, await measure(load)));
  return figures;
}

async function measure({ files }: Load): Promise<Figure[]> {
  const watch = startWatch();
  const change = files();
  await using stage = await openStage({
    base: { 'README.md': '# It\n' },
    change,
    fromFork: false,
    script: () => findings(),
    onProcess: (pid) => watch.follow(pid),
    deadlineMs: 300_000,
  });
  const before = stage.github.requests.length;
  const run = await stage.dispatch();
  const memory = await watch.stop();
  const outputs = outputsOf(run);
  const requests = stage.github.requests.slice(before).filter(({ login }) => login === 'github-actions[bot]');
  const reads = requests.filter(({ method }) => method === 'GET').length;
  const result = readResult(outputs['result-file']);
  const named = new Set(result?.files.map(({ path }) => path));
  const planSeconds = sumStages(result, ['code', 'plan']);
  return [
    note('ended as', `${outputs['status']}, ${outputs['reason']}`),
    ...(result ? [] : [{ what: 'log', value: logOf(run).slice(-500), holds: false }]),
    note('states in the ledger', countStates(result)),
    none('files that are not in the ledger', Object.keys(change).filter((path) => !named.has(path)).length),
    fact('one review, of this head', hasOneReview(stage)),
    atMost('seconds to the plan', planSeconds, MAX_PLAN_SECONDS),
    note('seconds in all', sumStages(result)),
    ...(memory === undefined
      ? [note('peak memory', 'only measured where there is /proc')]
      : composeMemory(memory)),
    atMost(`calls to GitHub (${reads} reads, ${requests.length - reads} writes)`, requests.length, MAX_CALLS),
    noneOf('what GitHub would refuse', [...stage.github.violations, ...stage.claude.violations]),
  ];
}

function composeMemory({ ownMb, childrenMb }: Peak): Figure[] {
  return [
    atMost('peak memory of the Action in MB', ownMb, MAX_MEMORY_MB),
    note('of its largest git, in MB', childrenMb),
  ];
}

function hasOneReview({ github, pull }: Stage): boolean {
  const reviews = github.reviews(REPOSITORY, pull.number);
  return reviews.length === 1 && reviews[0]?.commitId === pull.head.sha;
}

/** The runner's folder is there until the stage is closed. */
function readResult(path: string | undefined): ReviewResult | undefined {
  return path === undefined || path === ''
    ? undefined
    : (JSON.parse(readFileSync(path, 'utf8')) as ReviewResult);
}

function countStates(result: ReviewResult | undefined): string {
  const states = (result?.files ?? []).map((file) => (file.state === 'skipped' ? file.reason : file.state));
  const counts = [...Map.groupBy(states, (state) => state)].map(([state, all]) => `${all.length} ${state}`);
  return counts.join(', ');
}

function sumStages(result: ReviewResult | undefined, names?: readonly string[]): number {
  const counted = (result?.stages ?? []).filter(({ name }) => names?.includes(name) ?? true);
  return Math.round(counted.reduce((sum, { ms }) => sum + ms, 0) / 100) / 10;
}

interface Peak {
  readonly ownMb: number;
  readonly childrenMb: number;
}

/** Peaks only grow, so that the last look at a process counts; its children come and go. */
function startWatch(): { follow(pid: number): void; stop(): Promise<Peak | undefined> } {
  const peaks = { own: 0, children: 0 };
  let work: Promise<void> | undefined;
  const look = async (pid: number): Promise<void> => {
    for (;;) {
      const own = await readPeak(pid);
      if (own === undefined) return;
      peaks.own = Math.max(peaks.own, own);
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
      return peaks.own === 0 ? undefined : { ownMb: toMb(peaks.own), childrenMb: toMb(peaks.children) };
    },
  };
}

function toMb(kilobytes: number): number {
  return Math.round(kilobytes / 1024);
}

/** In kilobytes; undefined when the process is over, or where there is no /proc. */
async function readPeak(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes);
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
