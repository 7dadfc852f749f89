import { describe, expect, it } from '@jest/globals';
import { carryForward } from '../../../src/findings/carry-forward.ts';
import { holdsQuote } from '../../../src/findings/find-quote.ts';
import { placeFindings } from '../../../src/findings/place-findings.ts';
import { applySynthesis, applyVerdicts, type Verdict } from '../../../src/findings/verdict.ts';
import { changedFile, someFinding } from '../../changed-file.ts';

const patch = '@@ -0,0 +1,3 @@\n+first line here\n+second line here\n+third line here';
const { placed } = placeFindings(
  ['first', 'second', 'third'].map((word) =>
    someFinding({ quote: `${word} line here`, title: `About ${word}` }),
  ),
  [changedFile('a.ts', { patch })],
);
const verdict = (id: string, more: Partial<Verdict> = {}): Verdict => ({
  id,
  refuted: false,
  severity: 'major',
  reason: 'r',
  evidence: [],
  same_cause_as: '',
  ...more,
});

describe('applyVerdicts', () => {
  it('drops what is refuted, weighs what stands, and keeps what was not judged', () => {
    const { kept, refuted, confirmed } = applyVerdicts(placed, [
      verdict('F1', { refuted: true, reason: 'It cannot be null.' }),
      verdict('F2', { severity: 'minor' }),
    ]);
    expect(kept.map(({ id, finding }) => [id, finding.severity])).toEqual([
      ['F3', 'major'],
      ['F2', 'minor'],
    ]);
    expect(refuted.map(({ finding, reason }) => [finding.id, reason])).toEqual([
      ['F1', 'It cannot be null.'],
    ]);
    expect([...confirmed]).toEqual(['F2']);
  });

  it('makes one of findings with the same cause, also in a ring, and keeps the worst', () => {
    const { kept, merged } = applyVerdicts(placed, [
      verdict('F1', { same_cause_as: 'F2' }),
      verdict('F2', { same_cause_as: 'F3', severity: 'critical' }),
      verdict('F3', { same_cause_as: 'F1' }),
    ]);
    expect(kept.map(({ id }) => id)).toEqual(['F2']);
    expect(merged.map(({ id }) => id).sort()).toEqual(['F1', 'F3']);
  });

  it('does not merge into what is refuted', () => {
    const { kept } = applyVerdicts(placed, [
      verdict('F1', { refuted: true }),
      verdict('F2', { same_cause_as: 'F1' }),
    ]);
    expect(kept.map(({ id }) => id)).toEqual(['F2', 'F3']);
  });
});

describe('applySynthesis', () => {
  it('lets nothing go for which nothing stays', () => {
    const { kept, merged } = applySynthesis(placed, {
      sets: [
        { keep: 'F1', same: ['F2', 'F9'] },
        { keep: 'F2', same: ['F1'] },
      ],
    });
    expect(kept.map(({ id }) => id)).toEqual(['F1', 'F3']);
    expect(merged.map(({ id }) => id)).toEqual(['F2']);
  });

  it('keeps the worst severity of a set, whichever says it best', () => {
    const [first, ...others] = placed;
    const worst = { ...first, finding: { ...first?.finding, severity: 'critical' } } as typeof first;
    const { kept } = applySynthesis(worst ? [worst, ...others] : [], {
      sets: [{ keep: 'F2', same: ['F1'] }],
    });
    expect(kept.map(({ id, finding }) => [id, finding.severity])).toEqual([
      ['F2', 'critical'],
      ['F3', 'major'],
    ]);
  });
});

describe('holdsQuote', () => {
  it.each([
    ['a\n  b quoted line\nc', 'b quoted line', true],
    ['first line\nsecond line', 'first line\n  second line\n', true],
    ['first line\nother\nsecond line', 'first line\nsecond line', false],
    ['a longer line', 'longer', false],
    ['}', '}', false],
    ['anything', '', false],
  ])('%j holds %j: %s', (text, quote, expected) => {
    expect(holdsQuote(text, quote)).toBe(expected);
  });
});

const earlier = (state: 'open' | 'dismissed', more = {}) => ({
  fingerprint: 'f',
  path: 'a.ts',
  title: 'About first',
  quote: 'first line here',
  state,
  ...more,
});
describe('carryForward', () => {
  it('tells nothing twice, however it is worded', () => {
    const { fresh, repeated, open } = carryForward(
      [earlier('open', { title: 'About the first' })],
      placed,
      new Map(),
    );
    expect([fresh.length, repeated.length, open.length]).toEqual([2, 1, 1]);
  });

  it('leaves out what was dismissed', () => {
    const { fresh, dismissed, open } = carryForward([earlier('dismissed')], placed, new Map());
    expect([fresh.length, dismissed.length, open.length]).toEqual([2, 1, 0]);
  });

  it.each([
    ['the line is gone', 'other\n', 1],
    ['the line is still there', 'x\n  first line here\n', 0],
    ['the file is gone', undefined, 1],
  ])('%s: fixed %s', (_, text, fixed) => {
    expect(carryForward([earlier('open')], [], new Map([['a.ts', text]])).fixed).toHaveLength(fixed);
  });

  it('takes a file that was not touched, or a quote that proves nothing, for still open', () => {
    expect(carryForward([earlier('open')], [], new Map()).open).toHaveLength(1);
    expect(carryForward([earlier('open', { quote: '' })], [], new Map([['a.ts', 'x']])).open).toHaveLength(1);
  });
});
