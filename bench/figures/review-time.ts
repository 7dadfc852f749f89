// The Action as a process on a pull request of 30 files, with a Claude that takes 2 s for each call, beside the longest chain
// of calls that waited for one another.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Script } from '../../simulator/claude/local-claude.ts';
import { readAddedLines } from '../../simulator/claude/read-diff-prompt.ts';
import { scriptedReviewer } from '../../simulator/claude/scripted-reviewer.ts';
import { finding, findings, openStage, outputsOf } from '../../test/dist/stage.ts';
import type { Benchmark, Row } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 5;
const CALL_MS = 2000;
const FILES = 30;
const LINES = 50;
const MODES = ['standard', 'parallel'] as const;

export const reviewTime: Benchmark = {
  name: 'review-time',
  run: async () => {
    const rows: Row[] = [];
    // The local GitHub is as new as this process: its first review takes 300 ms longer.
    await review('standard', 0);
    for (const mode of MODES) {
      const own: number[] = [];
      const chains: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const { tookMs, chainMs } = await review(mode);
        own.push(tookMs);
        chains.push(chainMs);
      }
      rows.push({
        what: `the Action on ${FILES} files, mode \`${mode}\`, Claude taking 2 s a call`,
        beside: 'the longest chain of calls',
        ours: milliseconds(spread(own).median),
        theirs: milliseconds(spread(chains).median),
        ratio: spreadOfRatios(own, chains),
        bound: { kind: 'at most', value: 1.1 },
      });
    }
    return rows;
  },
};

interface Call {
  readonly startedAt: number;
  readonly endedAt: number;
}

async function review(
  mode: (typeof MODES)[number],
  callMs = CALL_MS,
): Promise<{ tookMs: number; chainMs: number }> {
  const calls: Call[] = [];
  const slowly =
    (script: Script): Script =>
    async (request, index, cameAt) => {
      // What the local Claude checks is a part of this time.
      await sleep(Math.max(0, cameAt + callMs - performance.now()));
      calls.push({ startedAt: cameAt, endedAt: performance.now() });
      return script(request, index, cameAt);
    };
  const paths = Array.from({ length: FILES }, (_, at) => `src/part${at}.js`);
  const compose = (text: (at: number) => string) =>
    Object.fromEntries(paths.map((path, at) => [path, text(at)]));
  await using stage = await openStage({
    base: compose((at) => `export const part = ${at};\n`),
    change: compose((at) => `export const part = ${at};\n${composeLines()}`),
    inputs: { 'review-mode': mode },
    script: slowly((request) =>
      findings(
        ...readAddedLines(request)
          .slice(0, 2)
          .map(({ path, line, text }) => finding(path, line, text)),
      ),
    ),
    sceptic: slowly(scriptedReviewer),
    fromFork: false,
    deadlineMs: 60_000,
  });
  const run = await stage.dispatch();
  const { status, reason } = outputsOf(run);
  if (status !== 'reviewed') throw new Error(`the review ended as ${String(status)}: ${String(reason)}`);
  const tookMs = run.steps[0]?.tookMs ?? NaN;
  return { tookMs, chainMs: countChain(calls) * callMs };
}

/** The most calls of which each began after the one before had ended. */
function countChain(calls: readonly Call[]): number {
  let [count, until] = [0, 0];
  for (const { startedAt, endedAt } of [...calls].sort((one, other) => one.endedAt - other.endedAt)) {
    if (startedAt < until) continue;
    count += 1;
    until = endedAt;
  }
  return count;
}

function composeLines(): string {
  return Array.from({ length: LINES - 1 }, (_, line) => `export const value${line} = read(${line});\n`).join(
    '',
  );
}
