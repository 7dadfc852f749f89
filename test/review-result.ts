// A literal outcome of a review, for tests of what is composed from it.
import type { ResultFinding, ReviewResult } from '../src/report/result.ts';

export function resultFinding(more: Partial<ResultFinding> = {}): ResultFinding {
  return {
    id: 'F1',
    fingerprint: '0123456789abcdef',
    severity: 'major',
    category: 'correctness',
    path: 'a.ts',
    line: 1,
    quote: 'after',
    title: 'A title',
    explanation: 'An explanation.',
    scenario: 'A scenario.',
    suggestion: { kind: 'none' },
    placement: { kind: 'file', path: 'a.ts' },
    verified: true,
    ...more,
  };
}

export function onLine(line: number, more: Partial<ResultFinding> = {}): ResultFinding {
  const placement = { kind: 'line', path: 'a.ts', side: 'RIGHT', startLine: line, line } as const;
  return resultFinding({ id: `F${line}`, line, placement, ...more });
}

export function reviewResult(more: Partial<ReviewResult> = {}): ReviewResult {
  return {
    version: 1,
    repository: 'octo/shop',
    pull_request: 7,
    head_sha: 'a'.repeat(40),
    base_sha: 'b'.repeat(40),
    merge_base: 'b'.repeat(40),
    run: '12.1',
    state: 'complete',
    model: 'claude-opus-5-5',
    mode: 'standard',
    effort: 'medium',
    since: null,
    verdict: 'COMMENT',
    minimum_severity: 'major',
    max_comments: 20,
    files: [{ path: 'a.ts', state: 'reviewed' }],
    findings: [],
    withheld: { duplicates: 0, merged: 0, refuted: 0, nits: 0, repeated: 0, dismissed: 0 },
    unverified_because: [],
    fixed: [],
    open: [],
    notes: [],
    usage: { calls: 2, input: 100, output: 50, cacheRead: 0, cacheWrite: 1000, costUsd: 0.01 },
    cost_usd: 0.01,
    prices_as_of: '2026-11-25',
    stages: [{ name: 'reviewers', ms: 1200 }],
    ...more,
  };
}
