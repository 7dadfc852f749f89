// The Action as a process on pull requests of 10 to 3,000 files, with a Claude that answers at once: its time, its work and its memory may
// grow with the files, not faster. Drawn into bench/growth.svg.
import { writeFile } from 'node:fs/promises';
import { readAddedLines } from '../../simulator/claude/read-diff-prompt.ts';
import { finding, findings, openStage, outputsOf } from '../../test/dist/stage.ts';
import { startWatch } from '../../test/prove/review/watch-process.ts';
import type { Benchmark, Row } from '../figure.ts';
import { formatCount, megabytes, milliseconds } from '../format.ts';
import { composePlot } from '../plot.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const SIZES = [10, 100, 1000, 3000] as const;
const ROUNDS = 5;
/** A machine that is busy gets fewer rounds: no other is begun after that. */
const LAST_BEGIN_MS = 60_000;
const PLOT = new URL('../growth.svg', import.meta.url);

/**
 * What a file more costs from 1,000 to 3,000 files, beside what it costs from 10 to 1,000: 1 when growth is linear, whatever a start costs,
 * and above 1 when files cost one another. Were a quarter of what 3,000 files add quadratic, it would be 1.3. A quarter is left: the
 * differences are of few rounds on a machine that does other things as well, and V8 takes its memory in steps of several MB. It is asked of the
 * processor's time: of the clock's, what the machine does besides is as much as what a thousand files add.
 */
const AT_MOST = 1.25;

interface Review {
  readonly ms: number;
  /** The processor's time, of git as well. */
  readonly work: number;
  readonly mb: number;
}

type Rounds = ReadonlyMap<number, readonly Review[]>;

export const growth: Benchmark = {
  name: 'growth',
  run: async () => {
    const rounds = new Map(SIZES.map((size) => [size, [] as Review[]] as const));
    const until = performance.now() + LAST_BEGIN_MS;
    for (let round = 0; round < ROUNDS && performance.now() < until; round += 1) {
      // To and fro: no size always comes after the largest.
      const order = [...rounds];
      for (const [size, reviews] of round % 2 === 0 ? order : order.reverse())
        reviews.push(await review(size));
    }
    await writeFile(PLOT, drawGrowth(rounds));
    return [
      ...SIZES.map((size) => describePoint(rounds, size)),
      describeTime(rounds),
      describeGrowth(rounds, "processor's time", 'work', milliseconds),
      describeGrowth(rounds, 'peak memory', 'mb', megabytes),
    ];
  },
};

function pick(rounds: Rounds, size: number, unit: keyof Review): number[] {
  return (rounds.get(size) ?? []).map((review) => review[unit]);
}

function drawGrowth(rounds: Rounds): string {
  const draw = (unit: keyof Review, by: number) =>
    SIZES.map((size) => [size, spread(pick(rounds, size, unit)).median / by] as const);
  return composePlot({
    title: 'One review by the Action, Claude answering at once',
    x: 'changed files',
    panels: [
      { label: 'time (s)', points: draw('ms', 1000) },
      { label: 'peak memory (MB)', points: draw('mb', 1) },
    ],
  });
}

function describePoint(rounds: Rounds, size: number): Row {
  const [ms, work, mb] = (['ms', 'work', 'mb'] as const).map(
    (unit) => spread(pick(rounds, size, unit)).median,
  );
  return {
    what: `a review of ${formatCount(size)} files, Claude answering at once`,
    beside: '',
    ours: `${milliseconds(ms ?? NaN)} (${milliseconds(work ?? NaN)} of the processor), ${megabytes(mb ?? NaN)}`,
    theirs: '',
  };
}

/** In the plainest sense: three times the files, at most three times the time. */
function describeTime(rounds: Rounds): Row {
  const [long, short] = [pick(rounds, 3000, 'ms'), pick(rounds, 1000, 'ms').map((ms) => ms * 3)];
  return {
    what: 'review time of 3,000 files',
    beside: 'three times that of 1,000',
    ours: milliseconds(spread(long).median),
    theirs: milliseconds(spread(short).median),
    ratio: spreadOfRatios(long, short),
    bound: { kind: 'at most', value: 1 },
  };
}

function describeGrowth(
  rounds: Rounds,
  what: string,
  unit: keyof Review,
  format: (value: number) => string,
): Row {
  const perThousand = (from: number, to: number): number[] => {
    const [low, high] = [pick(rounds, from, unit), pick(rounds, to, unit)];
    return high.map((value, round) => ((value - (low[round] ?? NaN)) / (to - from)) * 1000);
  };
  const [far, near] = [perThousand(1000, 3000), perThousand(10, 1000)];
  return {
    what: `${what} of 1,000 files more, from 1,000 to 3,000`,
    beside: 'the same from 10 to 1,000',
    ours: format(spread(far).median),
    theirs: format(spread(near).median),
    ratio: spreadOfRatios(far, near),
    bound: { kind: 'at most', value: AT_MOST },
  };
}

async function review(files: number): Promise<Review> {
  const watch = startWatch();
  let startedAt = 0;
  const paths = Array.from({ length: files }, (_, at) => `src/area${at % 40}/part${at}.js`);
  const compose = (limit: (at: number) => number) =>
    Object.fromEntries(paths.map((path, at) => [path, composeFile(at, limit(at))]));
  await using stage = await openStage({
    base: compose(() => 0),
    change: compose((at) => at + 1),
    // Everything is read: what is measured is the work, not where the money ends.
    inputs: { 'max-cost-usd': '1000' },
    script: (request, index) =>
      findings(
        ...readAddedLines(request)
          .slice(0, index === 0 ? 3 : 0)
          .map(({ path, line, text }) => finding(path, line, text)),
      ),
    fromFork: false,
    onProcess: (pid) => {
      startedAt = performance.now();
      watch.follow(pid);
    },
    deadlineMs: 60_000,
  });
  const run = await stage.dispatch();
  const ms = performance.now() - startedAt;
  const peak = await watch.stop();
  const { status, reason } = outputsOf(run);
  if (status !== 'reviewed') throw new Error(`the review ended as ${String(status)}: ${String(reason)}`);
  return { ms, work: peak?.processorMs ?? NaN, mb: peak?.ownMb ?? NaN };
}

/** Of which one line in the middle changes. */
function composeFile(at: number, limit: number): string {
  const lines = [
    `export function read${at}(list) {`,
    '  const found = [];',
    '  for (const item of list) {',
    `    if (item.size > ${limit}) found.push(item);`,
    '  }',
    '  return found;',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}
