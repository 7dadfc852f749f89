// A prepared review + the memory that another run or a comment has left while Claude was reading → the same review, which repeats
// nothing of theirs and forgets nothing.
import { shareWords, SHARED_WORDS } from './findings/mean-the-same.ts';
import type { Ledger, Remembered } from './report/ledger.ts';
import type { ResultFinding, ReviewResult } from './report/result.ts';

export interface ToTell {
  readonly result: ReviewResult;
  readonly ledger: Ledger;
}

/** `known` is what this run knew when it began, `latest` the newest memory on the pull request. */
export function heedMeanwhile(
  { result, ledger }: ToTell,
  known: readonly Remembered[],
  latest: Ledger | undefined,
): ToTell {
  if (!latest) return { result, ledger };
  const before = new Set(known.map(({ fingerprint }) => fingerprint));
  const arrived = latest.findings.filter(({ fingerprint }) => !before.has(fingerprint));
  const dismissed = new Set(
    latest.findings.flatMap(({ state, fingerprint }) => (state === 'dismissed' ? [fingerprint] : [])),
  );
  const isTold = (one: ResultFinding): boolean => arrived.some((other) => isSame(other, one));
  const told = new Set(result.findings.filter(isTold).map(({ fingerprint }) => fingerprint));
  const findings = result.findings.filter((finding) => !isTold(finding));
  const repeated = result.withheld.repeated + result.findings.length - findings.length;
  const remembered = ledger.findings
    .filter(({ fingerprint }) => !told.has(fingerprint))
    .map((one) => (dismissed.has(one.fingerprint) ? { ...one, state: 'dismissed' as const } : one));
  return {
    result: { ...result, findings, withheld: { ...result.withheld, repeated } },
    ledger: { ...ledger, findings: [...remembered, ...arrived] },
  };
}

function isSame(a: Remembered, b: ResultFinding): boolean {
  if (a.fingerprint === b.fingerprint) return true;
  return a.path === b.path && shareWords(a.title, b.title) > SHARED_WORDS;
}
