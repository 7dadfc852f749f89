import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, codeSpan, fenceCode } from '../../../src/report/clean-text.ts';

describe('cleanText', () => {
  it('leaves code as it is', () => {
    expect(cleanText('Use `@types/node` and `<T>`.')).toBe('Use `@types/node` and `<T>`.');
  });

  it('lets no mention, reference, tag or image through in prose', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('`')),
        (text) => {
          expect(cleanText(`${text} @mona #1 <b> ![x](y)`)).not.toMatch(/@mona|#1|<|!\[/);
        },
      ),
    );
  });

  it('removes characters that turn the direction of text', () => {
    expect(cleanText('a\u202Eb\u2066c')).toBe('abc');
  });
});

describe('fenceCode', () => {
  it('cannot be closed by what is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('```', '````', 'x', '\n')), (parts) => {
        const [fence, ...rest] = fenceCode(parts.join('')).split('\n');
        expect(rest.slice(0, -1).some((line) => line.startsWith(fence ?? ''))).toBe(false);
        expect(rest.at(-1)).toBe(fence);
      }),
    );
  });
});

describe('codeSpan', () => {
  it.each([
    ['a.ts', '`a.ts`'],
    ['a`b', '`` a`b ``'],
    ['a\nb', '`a␊b`'],
  ])('%j is %s', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });
});
