import { describe, expect, it } from '@jest/globals';
import { Governor } from '../../../forwarder/dispatch/governor.ts';
import { RateBudgets } from '../../../forwarder/github/rate-budgets.ts';
import type { Hold } from '../../../forwarder/inbox/tokens/take-token.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const UNTIL = new Date('2026-11-23T10:00:10Z');

/** On a store that holds everybody back for that reason. */
function open(hold: Hold): Governor {
  const tokens = { take: () => Promise.resolve(hold), block: () => Promise.resolve() };
  return new Governor(tokens, new RateBudgets(() => NOW));
}

describe('a token', () => {
  it('whose pace is used up waits with dispatches, and with nothing else', async () => {
    const governor = open({ until: UNTIL, isAsked: false });
    expect(await governor.take('a', NOW)).toEqual(UNTIL);
    expect([governor.readBlock('a', NOW), governor.readAsked('a', NOW)]).toEqual([UNTIL, undefined]);
    expect(governor.readBlock('a', UNTIL)).toBeUndefined();
  });

  it('is at its pace from then on, until it was asked for nothing for a while', async () => {
    const governor = open({ until: UNTIL, isAsked: false });
    expect(governor.isAtPace('a', NOW)).toBe(false);
    await governor.take('a', NOW);
    const isAtPaceAfter = (ms: number) => governor.isAtPace('a', new Date(UNTIL.getTime() + ms));
    expect([isAtPaceAfter(0), isAtPaceAfter(14_999), isAtPaceAfter(15_000)]).toEqual([true, true, false]);
  });

  it('that GitHub asked to wait, whichever replica heard it, waits with everything', async () => {
    const governor = open({ until: UNTIL, isAsked: true });
    expect(await governor.take('a', NOW)).toEqual(UNTIL);
    expect([governor.readBlock('a', NOW), governor.readAsked('a', NOW)]).toEqual([UNTIL, UNTIL]);
    expect(governor.readAsked('a', UNTIL)).toBeUndefined();
  });
});
