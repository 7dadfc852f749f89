import { describe, expect, it } from '@jest/globals';
import { RequestError } from '@octokit/request-error';
import { explainRefusal } from '../../../src/github/explain-refusal.ts';

const refusal = (status: number, message: string, needed: string): RequestError => {
  const request = { method: 'GET', url: 'https://x/', headers: {} } as const;
  const headers = { 'x-accepted-github-permissions': needed };
  return new RequestError(message, status, {
    request,
    response: { status, url: 'x', headers, data: {} },
  });
};

describe('explainRefusal', () => {
  it('of what is not there says so first, although the answer names a permission', () => {
    const error = explainRefusal('read pull request #9', refusal(404, 'Not Found', 'pull_requests=read'));
    expect(String(error)).toMatch(/404\): Not Found. Check that it exists, .*`pull-requests: read`/);
  });

  it('of a missing right names it as a workflow spells it', () => {
    const error = explainRefusal(
      'post',
      refusal(403, 'Resource not accessible by integration', 'issues=write; pull_requests=write'),
    );
    expect(String(error)).toMatch(/add `issues: write; pull-requests: write` to the permissions/);
  });

  it('of a limit says when to come back, or that nobody knows', () => {
    const limited = refusal(403, 'You have exceeded a secondary rate limit.', 'contents=read');
    expect(String(explainRefusal('post', limited))).toMatch(
      /does not say for how long; run the workflow again in/,
    );
    Object.assign(limited.response?.headers ?? {}, {
      'retry-after': '600',
      'x-ratelimit-remaining': '4000',
      'x-ratelimit-reset': '4102444800',
    });
    const [, until = ''] = /until (\S+Z); run/.exec(String(explainRefusal('post', limited))) ?? [];
    const inMs = Date.parse(until) - Date.now();
    expect(inMs).toBeGreaterThan(500_000);
    expect(inMs).toBeLessThanOrEqual(600_000);
  });
});
