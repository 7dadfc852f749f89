import { describe, expect, it } from '@jest/globals';
import { RateBudgets } from '../../../forwarder/github/rate-budgets.ts';

const START_MS = Date.parse('2026-11-23T10:00:00Z');
const headers = (limit: number, remaining: number, resetInSeconds = 600) => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(START_MS / 1000 + resetInSeconds),
});

function open() {
  let nowMs = START_MS;
  const budgets = new RateBudgets(() => new Date(nowMs));
  return { budgets, pass: (ms: number) => (nowMs += ms) };
}

describe('the budget of a token', () => {
  it('is thought to be limited until an answer says that nothing is', () => {
    const { budgets } = open();
    expect(budgets.isLimited('a')).toBe(true);
    budgets.observe('a', { date: 'today' });
    expect(budgets.isLimited('a')).toBe(false);
    expect(budgets.isLimited('b')).toBe(true);
    budgets.observe('a', headers(5000, 4999));
    expect(budgets.isLimited('a')).toBe(true);
  });

  it('stays limited when one answer of many has no headers', () => {
    const { budgets } = open();
    budgets.observe('a', headers(5000, 4999));
    budgets.observe('a', {});
    expect(budgets.isLimited('a')).toBe(true);
  });

  it('has a fifth that only dispatches may use', () => {
    const { budgets, pass } = open();
    expect(budgets.hasSpare('a')).toBe(true);
    budgets.observe('a', headers(5000, 1000));
    expect(budgets.hasSpare('a')).toBe(true);
    budgets.observe('a', headers(5000, 999));
    expect(budgets.hasSpare('a')).toBe(false);
    pass(600_000);
    expect(budgets.hasSpare('a')).toBe(true);
  });

  it('that is used up tells when it is full again', () => {
    const { budgets, pass } = open();
    budgets.observe('a', headers(5000, 1));
    expect(budgets.readEmptyUntil('a')).toBeUndefined();
    budgets.observe('a', headers(5000, 0));
    expect(budgets.readEmptyUntil('a')).toEqual(new Date(START_MS + 600_000));
    pass(600_000);
    expect(budgets.readEmptyUntil('a')).toBeUndefined();
  });

  it('is told by the least of all tokens', () => {
    const { budgets } = open();
    expect(budgets.readLeast()).toBeUndefined();
    budgets.observe('a', headers(5000, 4000));
    budgets.observe('b', headers(1000, 900));
    expect(budgets.readLeast()).toBe(900);
  });
});
