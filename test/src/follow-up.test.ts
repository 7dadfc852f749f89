// Over loopback HTTP, against a server that resolves no thread and does not know one of the comments.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { markAllFixed } from '../../src/follow-up.ts';
import { openGitHub } from '../../src/github/open-github.ts';

const edited: string[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method, url = '' } = request;
    const isGone = url.endsWith('/comments/1');
    if (method === 'PATCH' && !isGone) edited.push(url);
    const status = method === 'PATCH' && isGone ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ type: 'FORBIDDEN', message: 'no' }], message: 'Not Found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('markAllFixed', () => {
  it('marks all that it can, also behind one that it cannot, and tells of that', async () => {
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const octokit = openGitHub({ token: 't', apiUrl, log: () => undefined });
    const query = { owner: 'octo', repo: 'shop', pullRequest: 7, headSha: 'a'.repeat(40), account: 'bot' };
    const threads = ['1', '2'].map((fingerprint) => ({
      id: fingerprint,
      commentId: Number(fingerprint),
      body: 'Text',
      fingerprint,
      isResolved: false,
      resolvedBy: undefined,
      dislikedBy: [],
    }));
    const memory = { last: undefined, findings: [], threads, since: undefined };
    const old = { path: 'a.ts', severity: 'major', title: 'Old' } as const;
    const fixed = threads.map(({ fingerprint }) => ({ ...old, fingerprint }));
    await expect(markAllFixed(octokit, query, memory, fixed)).rejects.toThrow(/mark 1 fixed findings.*404/);
    expect(edited).toEqual(['/repos/octo/shop/pulls/comments/2']);
  });
});
