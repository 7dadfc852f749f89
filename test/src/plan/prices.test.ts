import { describe, expect, it } from '@jest/globals';
import { openBudget } from '../../../src/plan/budget.ts';
import { costOfCall, findPrice, formatUsd, worstCaseOfCall } from '../../../src/plan/prices.ts';

const tokens = { input: 1_000_000, output: 1_000_000, cacheRead: 1_000_000, cacheWrite: 1_000_000 };

describe('prices', () => {
  it('adds up every kind of token', () => {
    expect(costOfCall('claude-opus-5-5', tokens)).toBeCloseTo(4 + 20 + 0.2 + 5);
  });

  it('takes the longest name that fits, and a dated model for the one it is', () => {
    expect(findPrice('claude-sonnet-5-5')?.cacheRead).toBeCloseTo(0.1);
    expect(findPrice('claude-sonnet-5')?.cacheRead).toBeCloseTo(0.2);
    expect(findPrice('claude-haiku-4-5-20251001')?.input).toBe(1);
  });

  it('charges a long prompt of Haiku at the higher rate', () => {
    const short = costOfCall('claude-haiku-5-5', {
      ...tokens,
      input: 100_000,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
    });
    const long = costOfCall('claude-haiku-5-5', {
      ...tokens,
      input: 100_001,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
    });
    expect([short, long]).toEqual([expect.closeTo(0.01), expect.closeTo(0.05, 3)]);
  });

  it('knows no cost of an unknown model, and takes the dearest when a limit has to hold', () => {
    expect(costOfCall('claude-next-9', tokens)).toBeUndefined();
    expect(worstCaseOfCall('claude-next-9', 0, 1_000_000)).toBe(50);
  });

  it('never costs more than its worst case', () => {
    const worst = worstCaseOfCall('claude-opus-5-5', 3_000, 500);
    expect(
      costOfCall('claude-opus-5-5', { input: 1_000, cacheRead: 1_000, cacheWrite: 1_000, output: 500 }),
    ).toBeLessThanOrEqual(worst);
  });

  it.each([
    [0, '$0.00'],
    [0.0042, '$0.0042'],
    [1.239, '$1.24'],
  ])('writes %d as %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });
});

describe('openBudget', () => {
  it('gives no money twice', () => {
    const budget = openBudget(1);
    const first = budget.hold(0.7);
    expect(budget.hold(0.4)).toBeUndefined();
    first?.settle(0.2);
    first?.settle(0.2);
    expect([budget.spent(), budget.available()]).toEqual([0.2, 0.8]);
    expect(budget.hold(0.8)).toBeDefined();
  });
});
