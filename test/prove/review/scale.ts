// Pull requests of a size that nobody reads: planned in seconds, in bounded memory, with every file in the ledger and a handful of
// calls to GitHub. Measured on the bundle as a process of its own; its git is counted apart.
import { readFileSync } from 'node:fs';
import type { ReviewResult } from '../../../src/report/result.ts';
import { findings, openStage, outputsOf, logOf, REPOSITORY, type Stage } from '../../dist/stage.ts';
import { atMost, fact, none, noneOf, note, titled, type Figure } from '../scenario.ts';
import { startWatch, type Peak } from './watch-process.ts';

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
