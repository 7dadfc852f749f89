import { describe, expect, it } from '@jest/globals';
import { isSameLine, normaliseLine } from '../../../src/findings/compare-lines.ts';
import { showHidden } from '../../../src/prompts/quote-text.ts';

const isSame = (line: string, quoted: string): boolean =>
  isSameLine(normaliseLine(line), normaliseLine(quoted));

describe('a quoted line', () => {
  it.each([
    'a\u202Eb',
    '\uFEFFusing System;',
    'zero\u200Bwidth',
    'a\u2028b',
    'a \r b',
    'form\fa feed',
    '⟦U+202E⟧ ␊',
  ])('is the same as it is, and as the prompt shows it: %j', (line) => {
    expect(isSame(line, line)).toBe(true);
    expect(isSame(line, showHidden(line))).toBe(true);
  });

  it('is the same without what is not seen', () => {
    expect(isSame('\uFEFFusing System;', 'using System;')).toBe(true);
  });

  it('may be cut as the prompt cuts it, but not to a few words', () => {
    const long = `const data = '${'0123456789'.repeat(300)}';`;
    expect(isSame(long, `${long.slice(0, 2_000)} […]`)).toBe(true);
    expect(isSame(`${'é'.repeat(1_999)}🎉 and more`, `${'é'.repeat(1_999)}\uD83C […]`)).toBe(true);
    expect(isSame(long, 'const […]')).toBe(false);
    expect(isSame(long, `${long.slice(0, 500)}X […]`)).toBe(false);
  });

  it('is another when its words differ', () => {
    expect(isSame('return a;', 'return b;')).toBe(false);
  });
});
