import { describe, expect, it } from '@jest/globals';
import {
  computeBackoffMs,
  computeRateLimitWaitMs,
  RETRY_POLICY,
} from '../../../forwarder/dispatch/plan-retry.ts';

describe('computeBackoffMs', () => {
  it('doubles from 2 s and ends at 5 min', () => {
    const longest = Array.from(
      { length: 10 },
      (_, failures) => computeBackoffMs(RETRY_POLICY, failures, 1) / 1000,
    );
    expect(longest).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('is anything from nothing to that', () => {
    expect(computeBackoffMs(RETRY_POLICY, 3, 0)).toBe(0);
    expect(computeBackoffMs(RETRY_POLICY, 3, 0.5)).toBe(8000);
  });
});

describe('computeRateLimitWaitMs', () => {
  it('is what GitHub asks for, but never nothing', () => {
    expect(computeRateLimitWaitMs(RETRY_POLICY, 17_000, 5)).toBe(17_000);
    expect(computeRateLimitWaitMs(RETRY_POLICY, 0, 1)).toBe(1000);
  });

  it('is a minute that doubles up to an hour when GitHub asks for nothing', () => {
    const minutes = [1, 2, 3, 10].map(
      (attempts) => computeRateLimitWaitMs(RETRY_POLICY, undefined, attempts) / 60_000,
    );
    expect(minutes).toEqual([1, 2, 4, 60]);
  });
});
