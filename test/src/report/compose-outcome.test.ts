import { describe, expect, it } from '@jest/globals';
import { composeTitle, concludeReview, isFailing } from '../../../src/report/compose-outcome.ts';
import { onLine, resultFinding, reviewResult } from '../../review-result.ts';

const URL = 'https://github.com/octo/shop/pull/7#pullrequestreview-1';

describe('isFailing', () => {
  const major = reviewResult({ findings: [resultFinding({ severity: 'major' })] });

  it.each([
    ['none', false],
    ['critical', false],
    ['major', true],
    ['minor', true],
  ] as const)('with fail-on %s and a major problem is %s', (failOn, expected) => {
    expect(isFailing(major, failOn)).toBe(expected);
  });

  it('counts what is still open from earlier reviews', () => {
    const open = [{ fingerprint: 'f', path: 'a.ts', severity: 'critical', title: 'Old.' } as const];
    expect(isFailing(reviewResult({ open }), 'critical')).toBe(true);
  });
});

describe('concludeReview', () => {
  it('is neutral when something was not read, and names it in the title and the text', () => {
    const files = [
      { path: 'a.ts', state: 'reviewed' },
      { path: 'b.ts', state: 'over_budget' },
    ] as const;
    const { conclusion, title, summary } = concludeReview(
      reviewResult({ state: 'partial', files }),
      URL,
      'none',
    );
    expect(conclusion).toBe('neutral');
    expect(title).toMatch(/^Partial review: 1 file not read\./);
    expect(summary).toContain('| `b.ts` | over_budget |');
  });

  it('fails before it is neutral', () => {
    const result = reviewResult({ state: 'partial', findings: [resultFinding()] });
    expect(concludeReview(result, URL, 'major').conclusion).toBe('failure');
  });

  it('annotates only what stands in no comment, at most a hundred', () => {
    const findings = Array.from({ length: 130 }, (_, at) => onLine(at + 1));
    const { annotations } = concludeReview(reviewResult({ findings, max_comments: 5 }), URL, 'none');
    expect(annotations).toHaveLength(100);
    expect(annotations[0]).toMatchObject({ path: 'a.ts', startLine: 6, level: 'warning' });
  });
});

describe('a report', () => {
  it('of more files than a job summary shows says how many it leaves out', () => {
    const files = Array.from(
      { length: 10_000 },
      (_, at) => ({ path: `${'深い/'.repeat(20)}${at}.ts`, state: 'reviewed' }) as const,
    );
    const { summary } = concludeReview(reviewResult({ files }), URL, 'none');
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/\| and \d+ more \|/);
  });

  it('annotates a problem without an explanation, and cuts no character in half', () => {
    const title = '😀'.repeat(150);
    const [annotation] = concludeReview(
      reviewResult({ findings: [onLine(1, { explanation: ' ', title })], max_comments: 0 }),
      URL,
      'none',
    ).annotations;
    expect(annotation?.message).not.toBe('');
    expect(annotation?.title.isWellFormed()).toBe(true);
  });
});

describe('composeTitle', () => {
  it('tells what is new, still open and fixed, and what was skipped by rule', () => {
    const earlier = { fingerprint: 'f', path: 'a.ts', severity: 'major', title: 'Old.' } as const;
    const result = reviewResult({
      since: 'c'.repeat(40),
      open: [earlier],
      fixed: [earlier, earlier],
      files: [{ path: 'package-lock.json', state: 'skipped', reason: 'lock_file' }],
    });
    expect(composeTitle(result)).toMatch(
      /^Found .* in what is new since ccccccc, 1 still open, 2 fixed \(1 file skipped by rule\)$/,
    );
  });
});
