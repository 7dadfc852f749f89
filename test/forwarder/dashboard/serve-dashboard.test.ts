import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';

let forwarder: LocalForwarder;

beforeAll(async () => {
  forwarder = await startLocalForwarder();
});
afterAll(() => forwarder.close());

const get = (path: string, method = 'GET') => fetch(`${forwarder.url}${path}`, { method });

describe('the dashboard', () => {
  it('is a page that holds nothing of anybody, and loads nothing of anybody else', async () => {
    const answer = await get('/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const page = await answer.text();
    expect(page).not.toMatch(/https?:\/\//);
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part);
    expect(parts).toEqual(['data:,', 'dashboard.css', 'dashboard.js']);
  });

  it.each([
    ['/dashboard.js', /^(text|application)\/javascript/],
    ['/fill-rows.js', /^(text|application)\/javascript/],
    ['/rows.js', /^(text|application)\/javascript/],
    ['/elements.js', /^(text|application)\/javascript/],
    ['/api.js', /^(text|application)\/javascript/],
    ['/dashboard.css', /^text\/css/],
  ])('has %s', async (path, type) => {
    const answer = await get(path);
    expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringMatching(type),
    });
  });

  it('runs no script but its own', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/frame-ancestors 'self'/);
    expect(policy).not.toContain('upgrade-insecure-requests');
    const page = await (await get('/')).text();
    expect(page).not.toMatch(/ on\w+=|<script>|javascript:/);
    expect(await (await get('/dashboard.js')).text()).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|eval\(/,
    );
  });

  it.each(['/serve-dashboard.ts', '/../server.ts', '/%2e%2e/serve-dashboard.ts', '/.env', '/public'])(
    'shows nothing beside it: %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it.each([
    ['a part that it does not have', { range: 'bytes=9999999-' }, 416],
    ['a condition that it does not meet', { 'if-unmodified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }, 412],
  ])('asked for %s is a mistake of who asks, and none of the service', async (_, headers, status) => {
    const answer = await fetch(`${forwarder.url}/dashboard.js`, { headers });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: 'bad_request' }]);
    expect(forwarder.log.join('')).not.toContain('internal_error');
  });

  it('takes nothing', async () => {
    expect((await get('/', 'POST')).status).toBe(404);
  });
});
