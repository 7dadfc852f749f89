// Calls of GitHub that are limited or fail, over loopback HTTP, by a server that answers as it was told; what would be waited is
// noted and not slept.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { keepToLimits } from '../../../src/github/keep-to-limits.ts';
import { openGitHub, type Octokit } from '../../../src/github/open-github.ts';

const SHOP = { owner: 'octo', repo: 'shop' };
const COMMENT = { ...SHOP, issue_number: 1, body: 'Hello' };
const QUERY = 'query { viewer { login } }';

interface Told {
  /** 0: the connection is cut. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const OK: Told = { status: 200, body: { data: { viewer: { login: 'ada' } } } };

let server: Server;
let octokit: Octokit;
let told: Told[] = [];
let asked = 0;
let [open, most] = [0, 0];
const waits: number[] = [];
const log: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    open += 1;
    most = Math.max(most, open);
    const { status, headers, body } = told.shift() ?? OK;
    // For a moment: whoever else comes by now is side by side with it.
    setTimeout(() => {
      open -= 1;
      if (status === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body ?? { message: 'No.' }));
    }, 2);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  [waits, log].forEach((list) => list.splice(0));
  [told, asked, most] = [[], 0, 0];
  octokit = openGitHub({
    token: 't',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: (message) => log.push(message),
    wait: (ms) => Promise.resolve(waits.push(ms)),
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const read = () => octokit.rest.repos.get(SHOP);
const write = (retries?: number) =>
  octokit.rest.issues.createComment({
    ...COMMENT,
    ...(retries === undefined ? {} : { request: { retries } }),
  });

/** Points of GraphQL that are not enough, until so many seconds from now. */
const limited = (seconds: number): Told => ({
  status: 200,
  headers: {
    'x-ratelimit-remaining': '4',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds),
  },
  body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
});

describe('a call that GitHub limits', () => {
  it('waits as long as it is asked to, reads and writes alike', async () => {
    told = [{ status: 403, headers: { 'retry-after': '7' } }];
    expect((await read()).status).toBe(200);
    told = [{ status: 429, headers: { 'retry-after': '8' } }];
    expect((await write(0)).status).toBe(200);
    expect(waits).toEqual([7000, 8000]);
    expect(log).toEqual([
      'GitHub limits the rate of GET /repos/{owner}/{repo}: tried again in 7 s',
      'GitHub limits the rate of POST /repos/{owner}/{repo}/issues/{issue_number}/comments: tried again in 8 s',
    ]);
  });

  it('waits until the hour ends of a token with nothing left', async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 30);
    told = [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } }];
    expect((await read()).status).toBe(200);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(29_000);
    expect(waits[0]).toBeLessThanOrEqual(32_000);
  });

  it('waits a minute where it is not told how long, twice at most', async () => {
    told = Array.from({ length: 3 }, () => ({ status: 429 }));
    await expect(read()).rejects.toMatchObject({ status: 429 });
    expect(waits).toEqual([60_000, 60_000]);
    expect(asked).toBe(3);
  });

  it('fails at once when the wait is longer than two minutes', async () => {
    told = [{ status: 403, headers: { 'retry-after': '121' } }];
    await expect(read()).rejects.toMatchObject({ status: 403 });
    expect([asked, waits]).toEqual([1, []]);
  });

  it.each(['RATE_LIMITED', 'RATE_LIMIT'])('waits as well when GraphQL says %s with a 200', async (type) => {
    const errors = [{ type, message: 'API rate limit exceeded' }];
    told = [{ status: 200, headers: { 'retry-after': '5' }, body: { errors } }];
    expect(await octokit.graphql(QUERY)).toEqual({ viewer: { login: 'ada' } });
    expect(waits).toEqual([5000]);
  });

  it('goes by the reset of GraphQL also when points are left that are not enough', async () => {
    told = [limited(2400)];
    await expect(octokit.graphql(QUERY)).rejects.toMatchObject({ status: 429 });
    expect([asked, waits]).toEqual([1, []]);
    told = [limited(20)];
    await octokit.graphql(QUERY);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeLessThanOrEqual(22_000);
  });
});

describe('a call that fails', () => {
  it.each([502, 0])('is tried again three times (%i)', async (status) => {
    told = Array.from({ length: 3 }, () => ({ status }));
    expect((await read()).status).toBe(200);
    expect(waits).toEqual([1000, 4000, 9000]);
    expect(log[0]).toBe(
      `GitHub ${status === 0 ? 'could not be reached for' : 'answered 502 to'} GET /repos/{owner}/{repo}: tried again in 1 s`,
    );
    told = Array.from({ length: 4 }, () => ({ status }));
    await expect(read()).rejects.toMatchObject({ status: status || 500 });
    expect(asked).toBe(8);
  });

  it('is tried again as often as it says', async () => {
    told = Array.from({ length: 3 }, () => ({ status: 502 }));
    await expect(write(2)).rejects.toMatchObject({ status: 502 });
    expect(waits).toEqual([1000, 4000]);
    told = [{ status: 502 }];
    await expect(write(0)).rejects.toMatchObject({ status: 502 });
    expect(asked).toBe(4);
  });

  it.each([400, 401, 403, 404, 409, 410, 422])(
    'is not tried again when it is refused (%i)',
    async (status) => {
      told = [{ status }];
      await expect(read()).rejects.toMatchObject({ status });
      expect([asked, waits]).toEqual([1, []]);
    },
  );

  it('is tried again when it is GraphQL that fails for the moment, and only then', async () => {
    const wrong = {
      message: 'Something went wrong while executing your query. Please include `A:B` when reporting.',
    };
    told = [{ status: 200, body: { data: null, errors: [wrong] } }];
    expect(await octokit.graphql(QUERY)).toEqual({ viewer: { login: 'ada' } });
    expect(waits).toEqual([1000]);
    told = [{ status: 200, body: { data: null, errors: [{ type: 'NOT_FOUND', message: 'No such thing' }] } }];
    await expect(octokit.graphql(QUERY)).rejects.toThrow('No such thing');
    expect(waits).toHaveLength(1);
  });
});

describe('many calls', () => {
  it('are made side by side when they read, ten at most', async () => {
    await Promise.all(Array.from({ length: 25 }, read));
    expect(asked).toBe(25);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
  });

  it('are made one after the other when they write', async () => {
    await Promise.all(Array.from({ length: 5 }, () => write()));
    expect([asked, most]).toEqual([5, 1]);
  });

  it('write sixty times in a minute', async () => {
    jest.useFakeTimers();
    try {
      let sent = 0;
      const paced = getOctokit('t');
      // What is wrapped first is innermost: it stands for GitHub.
      paced.hook.wrap('request', () => {
        sent += 1;
        return { status: 200, url: '', headers: {}, data: {} };
      });
      keepToLimits(paced, { log: () => undefined });
      const written = Promise.all(
        Array.from({ length: 130 }, () => paced.rest.issues.createComment(COMMENT)),
      );
      const afterSeconds: number[] = [];
      for (let seconds = 1; seconds <= 179; seconds += 1) {
        await jest.advanceTimersByTimeAsync(1000);
        afterSeconds[seconds] = sent;
      }
      await written;
      expect([59, 119, 179].map((seconds) => afterSeconds[seconds])).toEqual([60, 120, 130]);
    } finally {
      jest.useRealTimers();
    }
  });
});
