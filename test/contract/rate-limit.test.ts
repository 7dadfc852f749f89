import { describe, expect, it } from '@jest/globals';
import { isRateLimit, readWaitMs } from '../../contract/rate-limit.ts';

const now = new Date('2026-01-01T00:00:00Z');
const reset = String(now.getTime() / 1000 + 30);
const refuse = (status: number, headers: Record<string, string> = {}, message = 'no') => ({
  status,
  message,
  response: { headers },
});

describe('isRateLimit', () => {
  it.each([
    ['any 429', refuse(429)],
    ['a 403 that says when to come back', refuse(403, { 'retry-after': '7' })],
    ['a 403 with nothing left', refuse(403, { 'x-ratelimit-remaining': '0' })],
    ['a 403 in words', refuse(403, {}, 'You have exceeded a secondary rate limit.')],
    ['an older 403 in words', refuse(403, {}, 'You have triggered an abuse detection mechanism.')],
  ])('takes %s for one', (_, refused) => {
    expect(isRateLimit(refused)).toBe(true);
  });

  it.each([
    [
      'a 403 for want of a right',
      refuse(403, { 'x-ratelimit-remaining': '4999' }, 'Resource not accessible'),
    ],
    ['a 404', refuse(404, { 'x-ratelimit-remaining': '0' })],
    ['no answer', { status: 500, message: 'fetch failed', response: undefined }],
  ])('does not take %s for one', (_, refused) => {
    expect(isRateLimit(refused)).toBe(false);
  });
});

describe('readWaitMs', () => {
  it.each([
    [
      'what `retry-after` says',
      { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      7000,
    ],
    ['until a second behind the reset', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 31_000],
    [
      'no reset of what is not used up',
      { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': reset },
      undefined,
    ],
    ['nothing where nothing is said', {}, undefined],
  ])('reads %s', (_, headers, expected) => {
    expect(readWaitMs(refuse(403, headers), now)).toBe(expected);
  });

  it('waits a second for a reset that is past', () => {
    const past = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000' };
    expect(readWaitMs(refuse(403, past), now)).toBe(1000);
  });
});
