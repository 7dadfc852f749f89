import { describe, expect, it } from '@jest/globals';
import type { ChangedFile, DiffLine } from '../../../src/diff/changed-file.ts';
import type { Finding } from '../../../src/findings/finding.ts';
import { placeFinding } from '../../../src/findings/place-finding.ts';
import { placeFindings } from '../../../src/findings/place-findings.ts';
import fc from 'fast-check';
import { changedFile } from '../../changed-file.ts';

const PATCH = `@@ -10,6 +10,7 @@ function total(items) {
 const a = 1;
-const sum = items.reduce(add);
+const sum = items.reduce(add, 0);
+
   return sum;
 }
 const a = 1;
 end();`;

const file: ChangedFile = changedFile('src/total.ts', { patch: PATCH });

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    path: 'src/total.ts',
    side: 'RIGHT',
    line: 11,
    quote: 'const sum = items.reduce(add, 0);',
    severity: 'major',
    category: 'correctness',
    title: 'A title',
    explanation: 'An explanation.',
    scenario: 'A scenario.',
    ...changes,
  };
}

const placed = (changes: Partial<Finding>) =>
  placeFinding(finding(changes), changes.path === undefined ? file : undefined);

describe('placeFinding', () => {
  it('puts the comment where the quote is, whatever number was claimed', () => {
    expect(placed({ line: 999 })).toEqual({
      kind: 'line',
      path: 'src/total.ts',
      side: 'RIGHT',
      startLine: 11,
      line: 11,
    });
  });

  it('breaks ties by the claimed number', () => {
    expect(placed({ quote: 'const a = 1;', line: 10 })).toMatchObject({ line: 10 });
    expect(placed({ quote: 'const a = 1;', line: 16 })).toMatchObject({ line: 15 });
  });

  it('places a quote of deleted code on the left, also when the right was claimed', () => {
    expect(placed({ quote: 'const sum = items.reduce(add);' })).toMatchObject({ side: 'LEFT', line: 11 });
  });

  it('counts a number that was claimed on the left of unchanged code on the left', () => {
    const patch = '@@ -1,3 +1,7 @@\n+a();\n+b();\n+c();\n+d();\n same();\n e();\n same();';
    const moved = changedFile('src/total.ts', { patch });
    const said = finding({ side: 'LEFT', quote: 'same();', line: 3 });
    expect(placeFinding(said, moved)).toMatchObject({ side: 'RIGHT', line: 7 });
  });

  it('spans several lines, a blank one among them', () => {
    const quote = 'const sum = items.reduce(add, 0);\n\n  return sum;';
    expect(placed({ quote })).toMatchObject({ startLine: 11, line: 13 });
  });

  it('narrows a quote on the left to the deleted lines', () => {
    const quote = 'const a = 1;\nconst sum = items.reduce(add);\n  return sum;';
    expect(placed({ quote, side: 'LEFT' })).toMatchObject({ side: 'LEFT', startLine: 11, line: 11 });
  });

  it('forgives indentation and blank lines around the quote', () => {
    expect(placed({ quote: '\n\n      return   sum;\r\n' })).toMatchObject({ line: 13 });
  });

  it('does not guess: code that is not in the diff goes to the file', () => {
    expect(placed({ quote: 'const sum = 0;' })).toEqual({ kind: 'file', path: 'src/total.ts' });
    expect(placed({ quote: '  \n ' })).toEqual({ kind: 'file', path: 'src/total.ts' });
  });

  it('sends a finding about a file outside the change to the body', () => {
    expect(placed({ path: 'other.ts' })).toEqual({ kind: 'body' });
  });

  it('finds every line of any hunk by its own text, at its own number', () => {
    const line = fc.record({
      kind: fc.constantFrom('added' as const, 'context' as const, 'deleted' as const),
      text: fc.stringMatching(/^[a-z(){};]{1,12}$/),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
        const drawn = drawHunk(lines);
        const changed: ChangedFile = { ...file, hunks: [{ lines: drawn }] };
        for (const target of drawn) {
          const side = target.kind === 'deleted' ? 'LEFT' : 'RIGHT';
          const number = target.kind === 'deleted' ? target.oldLine : target.newLine;
          const result = placeFinding(finding({ quote: target.text, side, line: number }), changed);
          expect(result).toMatchObject({ kind: 'line', side, startLine: number, line: number });
        }
      }),
    );
  });
});

function drawHunk(lines: readonly { kind: DiffLine['kind']; text: string }[]): DiffLine[] {
  let oldLine = 1;
  let newLine = 1;
  return lines.map(({ kind, text }): DiffLine => {
    if (kind === 'added') return { kind, newLine: newLine++, text };
    if (kind === 'deleted') return { kind, oldLine: oldLine++, text };
    return { kind, oldLine: oldLine++, newLine: newLine++, text };
  });
}

describe('placeFindings', () => {
  it('orders by severity and merges what says the same in the same place', () => {
    const result = placeFindings(
      [
        finding({ severity: 'minor', title: 'Same' }),
        finding({ severity: 'nit', title: 'Other', quote: 'end();' }),
        finding({ severity: 'critical', title: 'same', line: 400 }),
      ],
      [file],
    );
    expect(result.placed.map(({ finding: { severity } }) => severity)).toEqual(['critical', 'nit']);
    expect(result.duplicates).toBe(1);
  });

  it('keeps two different problems of one line', () => {
    const result = placeFindings([finding({ title: 'One' }), finding({ title: 'Two' })], [file]);
    expect(result.placed).toHaveLength(2);
  });
});
