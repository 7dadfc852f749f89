import { describe, expect, it } from '@jest/globals';
import { heedMeanwhile } from '../../src/heed-meanwhile.ts';
import { remember, type Ledger, type Remembered } from '../../src/report/ledger.ts';
import { resultFinding, reviewResult } from '../review-result.ts';

const head = 'a'.repeat(40);
const ledgerOf = (...findings: Remembered[]): Ledger => ({
  version: 1,
  head,
  mergeBase: head,
  settings: 's',
  state: 'complete',
  findings,
});
const [first, second] = ['1', '2'].map((fingerprint) =>
  resultFinding({ fingerprint, title: `Title number ${fingerprint}`, path: `${fingerprint}.ts` }),
) as [ReturnType<typeof resultFinding>, ReturnType<typeof resultFinding>];
const prepared = {
  result: reviewResult({ findings: [first, second] }),
  ledger: ledgerOf(remember(first, 'open'), remember(second, 'open')),
};

describe('heedMeanwhile', () => {
  it('changes nothing when nothing came meanwhile', () => {
    expect(heedMeanwhile(prepared, [], undefined)).toEqual(prepared);
    expect(heedMeanwhile(prepared, [], ledgerOf())).toEqual(prepared);
  });

  it('repeats nothing that another run has told meanwhile, and remembers what that one told', () => {
    const other = remember(resultFinding({ fingerprint: '3', title: 'Quite another', path: 'c.ts' }), 'open');
    const { result, ledger } = heedMeanwhile(prepared, [], ledgerOf(remember(first, 'open'), other));
    expect(result.findings).toEqual([second]);
    expect(result.withheld.repeated).toBe(1);
    expect(ledger.findings.map(({ fingerprint }) => fingerprint)).toEqual(['2', '1', '3']);
  });

  it('keeps what somebody has dismissed meanwhile dismissed', () => {
    const known = remember(resultFinding({ fingerprint: '9' }), 'open');
    const carried = { ...prepared, ledger: ledgerOf(known) };
    const { ledger } = heedMeanwhile(carried, [known], ledgerOf({ ...known, state: 'dismissed' }));
    expect(ledger.findings).toEqual([{ ...known, state: 'dismissed' }]);
  });

  it('does not bring back what is fixed now', () => {
    const known = remember(resultFinding({ fingerprint: '9' }), 'open');
    expect(
      heedMeanwhile({ ...prepared, ledger: ledgerOf() }, [known], ledgerOf(known)).ledger.findings,
    ).toEqual([]);
  });
});
