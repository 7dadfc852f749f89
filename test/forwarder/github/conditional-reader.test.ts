// Reads against a server that knows ETags and counts what it is asked.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConditionalReader, type ReaderOptions } from '../../../forwarder/github/conditional-reader.ts';
import { openGitHub, type GitHub } from '../../../forwarder/github/open-github.ts';
import { openLog } from '../../../forwarder/open-log.ts';

let server: Server;
let github: GitHub;
let statuses: number[];
let stopping: AbortController;

beforeAll(async () => {
  server = createServer((request, response) => {
    const etag = `"${request.url}"`;
    response.statusCode = request.headers['if-none-match'] === etag ? 304 : 200;
    statuses.push(response.statusCode);
    response.setHeader('etag', etag).setHeader('content-type', 'application/json');
    response.end(response.statusCode === 304 ? undefined : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}`;
  github = openGitHub({ credentials: { token: 'x' }, apiUrl, log: openLog('silent') });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  statuses = [];
  stopping = new AbortController();
});

const open = (options: Partial<ReaderOptions>): ConditionalReader =>
  new ConditionalReader({ isLimited: () => false, signal: stopping.signal, ...options });

async function read(reader: ConditionalReader, repo: string): Promise<number | undefined> {
  await reader.read(github, {
    route: 'GET /repos/{owner}/{repo}',
    parameters: { owner: 'ada', repo },
    parse: (text) => JSON.parse(text) as unknown,
  });
  return statuses.at(-1);
}

describe('the pace of reads', () => {
  it('counts those whose answers are not kept', async () => {
    const reader = open({ isLimited: () => true, readsPerMinute: 2 });
    await reader.takeTurn();
    await reader.takeTurn();
    const third = read(reader, 'engine');
    stopping.abort();
    await expect(third).rejects.toThrow(/abort/i);
    expect(statuses).toEqual([]);
  });

  it('is none where there are no limits', async () => {
    const reader = open({ readsPerMinute: 1 });
    const turns = Array.from({ length: 5 }, () => reader.takeTurn());
    await expect(Promise.all(turns)).resolves.toHaveLength(5);
  });
});

describe('what was read before', () => {
  it('costs nothing while it is the same', async () => {
    const reader = open({});
    expect([await read(reader, 'engine'), await read(reader, 'engine')]).toEqual([200, 304]);
  });

  it('is forgotten when it was not used for longest, and not when it was read first', async () => {
    const reader = open({ maxKnown: 2 });
    await read(reader, 'first');
    await read(reader, 'second');
    expect(await read(reader, 'first')).toBe(304);
    await read(reader, 'third');
    expect(await read(reader, 'first')).toBe(304);
    expect(await read(reader, 'second')).toBe(200);
  });
});
