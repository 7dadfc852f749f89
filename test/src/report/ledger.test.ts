import { describe, expect, it } from '@jest/globals';
import { composeSeal } from '../../../src/github/seal.ts';
import { parseLedger, remember, writeLedger } from '../../../src/report/ledger.ts';

describe('writeLedger', () => {
  it('leaves the body of a review to people, in any script, and forgets the last first', () => {
    const findings = Array.from({ length: 60 }, (_, at) => {
      const one = {
        fingerprint: String(at),
        path: 'a.ts',
        severity: 'major',
        title: '漢'.repeat(90),
      } as const;
      return remember({ ...one, quote: `// ${'漢'.repeat(150)}` }, 'open');
    });
    const head = 'a'.repeat(40);
    const written = writeLedger({
      version: 1,
      head,
      mergeBase: head,
      settings: 's',
      state: 'complete',
      findings,
    });
    expect(composeSeal('key', '1#2').close(written).length).toBeLessThan(17_000);
    const kept = parseLedger(written)?.findings ?? [];
    expect(kept.length).toBeGreaterThan(5);
    expect(kept).toEqual(findings.slice(0, kept.length));
  });
});
