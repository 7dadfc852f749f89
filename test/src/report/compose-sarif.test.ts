import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { composeSarif } from '../../../src/report/compose-sarif.ts';
import { concludeReview } from '../../../src/report/compose-outcome.ts';
import { resultSchema } from '../../../src/report/result.ts';
import { settingsSchema } from '../../../src/settings.ts';
import { onLine, resultFinding, reviewResult } from '../../review-result.ts';

describe('composeSarif', () => {
  it('tells what stands at the head, with rule, level, place and fingerprint', () => {
    const left = { kind: 'line', path: 'a.ts', side: 'LEFT', startLine: 1, line: 1 } as const;
    const findings = [
      onLine(3, { severity: 'critical', category: 'security', path: 'sub dir/é.ts' }),
      resultFinding({ placement: left }),
      resultFinding({ placement: { kind: 'body' } }),
    ];
    expect(composeSarif(reviewResult({ findings }))).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'Nectr' } },
          results: [
            {
              ruleId: 'nectr/security',
              ruleIndex: 1,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'sub%20dir/%C3%A9.ts' },
                    region: { startLine: 3, endLine: 3 },
                  },
                },
              ],
              partialFingerprints: { 'nectr/v1': '0123456789abcdef' },
              properties: { 'security-severity': '9.5' },
            },
          ],
        },
      ],
    });
  });
});

describe('the published JSON Schemas', () => {
  it.each([
    ['docs/schemas/review.schema.json', resultSchema],
    ['docs/schemas/nectr.schema.json', settingsSchema],
  ])('%s is what the code checks (npm run schemas writes it)', (path, schema) => {
    const published = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    expect(published).toMatchObject(
      JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))) as object,
    );
  });

  it('a result fits its schema', () => {
    expect(resultSchema.parse(reviewResult({ findings: [onLine(1)] }))).toEqual(
      reviewResult({ findings: [onLine(1)] }),
    );
  });
});

describe('concludeReview', () => {
  it.each([
    ['success', {}, 'none'],
    ['neutral', { state: 'partial' }, 'none'],
    ['success', { findings: [onLine(1)] }, 'critical'],
    ['failure', { findings: [onLine(1)] }, 'major'],
    ['failure', { state: 'partial', findings: [onLine(1)] }, 'minor'],
    ['failure', { open: [{ fingerprint: 'f', path: 'a', severity: 'critical', title: 't' }] }, 'critical'],
  ] as const)('%s for %j with fail-on %s', (conclusion, more, failOn) => {
    expect(concludeReview(reviewResult(more), 'https://x', failOn).conclusion).toBe(conclusion);
  });

  it('annotates what stands in no comment, and no deleted line', () => {
    const findings = [
      onLine(1),
      onLine(2, { severity: 'minor' }),
      resultFinding({ id: 'F9', severity: 'minor' }),
    ];
    const { annotations } = concludeReview(reviewResult({ findings }), undefined, 'none');
    expect(annotations).toMatchObject([{ path: 'a.ts', startLine: 2, endLine: 2, level: 'notice' }]);
  });

  it('tells tokens, money and the time of each stage', () => {
    const { summary } = concludeReview(
      reviewResult({ withheld: { ...reviewResult().withheld, refuted: 2 } }),
      undefined,
      'none',
    );
    expect(summary).toContain('2 refuted');
    expect(summary).toMatch(
      /2 calls: 100 tokens read, 1000 written to the cache.*\$0\.01 \(prices of 2026-11-25\).*reviewers 1\.2 s/,
    );
  });
});
