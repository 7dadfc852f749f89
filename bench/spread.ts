// Numbers of rounds → their median and how far they lie apart.
import type { Spread } from './figure.ts';

/** @throws RangeError without numbers */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined)
    throw new RangeError('there is nothing to take the median of');
  return { median: median(sorted), least, most };
}

/** Round by round, so that what slowed both of a round down cancels out. */
export function spreadOfRatios(ours: readonly number[], theirs: readonly number[]): Spread {
  return spread(ours.map((value, round) => value / (theirs[round] ?? NaN)));
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}
