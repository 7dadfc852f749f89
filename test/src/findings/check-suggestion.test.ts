import { describe, expect, it } from '@jest/globals';
import { checkSuggestion } from '../../../src/findings/check-suggestion.ts';
import type { Placement } from '../../../src/findings/place-finding.ts';
import { someFinding } from '../../changed-file.ts';

const HEAD = 'function total(items) {\n  const sum = add(items);\n  return sum;\n}\n';

function check(
  suggestion: string,
  { path = 'a.js', head = HEAD, from = 2 }: { path?: string; head?: string; from?: number } = {},
) {
  const placement: Placement = { kind: 'line', path, side: 'RIGHT', startLine: from, line: from };
  return checkSuggestion(someFinding({ path, suggestion }), placement, head);
}

describe('checkSuggestion', () => {
  it('offers what applies and still parses', async () => {
    expect(await check('  const sum = add(items ?? []);')).toEqual({
      kind: 'applies',
      code: '  const sum = add(items ?? []);',
    });
  });

  it.each([
    ['  const sum = add(items);', 'it changes nothing'],
    ['function total(items) {\n  const sum = 1;\n}', 'it repeats the line above'],
    ['  const sum = 1;\n  return sum;', 'it repeats the line below'],
    ['  const sum = add(items;', 'its brackets do not balance'],
    ['const sum = 1;', 'its indentation is another'],
    ['  const sum = ;', 'the file would no longer parse'],
    ['  const sum\u202E = 1;', 'it holds characters that cannot be seen'],
    ['  const sum = 1;\u2028', 'it holds characters that cannot be seen'],
    ["  const sum = '\u2029';", 'it holds characters that cannot be seen'],
    ['  const sum = 1;\r  add(sum);', 'it holds characters that cannot be seen'],
    ["  const sum = '\uD83D';", 'it holds characters that cannot be seen'],
  ])('%j becomes prose: %s', async (suggestion, reason) => {
    expect(await check(suggestion)).toMatchObject({ kind: 'prose', reason });
  });

  it.each(['  const sum = 1;\r\n  add(sum);\r\n', '  const sum = 1;\n  add(sum);', '  const sum = 1;\r'])(
    'offers %j to a file with CRLF',
    async (suggestion) => {
      const head = HEAD.replaceAll('\n', '\r\n');
      expect(await check(suggestion, { head })).toMatchObject({ kind: 'applies' });
    },
  );

  it.each([
    ['a.ts', 'const a: number = 1;\n', 'const a: = 2;'],
    ['a.tsx', 'const a = <b>1</b>;\n', 'const a = <b>2</c>;'],
    ['a.json', '{\n"a": 1\n}\n', '"a": 1,', 2],
    ['a.yml', 'a: 1\n', 'a: "1'],
  ])('%s is parsed as what it is', async (path, head, suggestion, from = 1) => {
    expect(await check(suggestion, { path, head, from })).toMatchObject({
      kind: 'prose',
      reason: 'the file would no longer parse',
    });
  });

  it('says nothing about a file that did not parse before, or that it cannot parse', async () => {
    expect(await check('y = =', { head: 'x = =\n', from: 1 })).toMatchObject({ kind: 'applies' });
    expect(await check('y = =', { path: 'a.py', head: 'x = 1\n', from: 1 })).toMatchObject({
      kind: 'applies',
    });
  });

  it('needs a line of the new version', async () => {
    expect(
      await checkSuggestion(someFinding({ suggestion: 'x' }), { kind: 'file', path: 'a.ts' }, 'y'),
    ).toMatchObject({ kind: 'prose' });
    expect(await checkSuggestion(someFinding(), { kind: 'body' }, undefined)).toEqual({ kind: 'none' });
  });
});
