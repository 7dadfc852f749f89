// The check run over loopback HTTP, against a server that refuses annotations.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { startCheckRun } from '../../../src/github/check-run.ts';
import { openGitHub } from '../../../src/github/open-github.ts';

const bodySchema = z.object({
  conclusion: z.string().optional(),
  output: z.object({ annotations: z.array(z.unknown()).optional() }),
});
const updates: z.infer<typeof bodySchema>[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
      if (request.method === 'PATCH') updates.push(body);
      const isRefused = (body.output.annotations?.length ?? 0) > 0;
      response.writeHead(isRefused ? 422 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(isRefused ? { message: 'Invalid request.' } : { id: 1, app: { slug: 'nectr' } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a check run', () => {
  it('ends with its conclusion, also when its annotations are refused', async () => {
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const octokit = openGitHub({ token: 't', apiUrl, log: () => undefined });
    const start = { headSha: 'a'.repeat(40), runUrl: 'http://x/1', isDry: false };
    const checkRun = await startCheckRun(octokit, { owner: 'octo', repo: 'shop' }, start);
    const place = { path: 'a.ts', startLine: 1, endLine: 1, level: 'notice' } as const;
    await checkRun.complete({
      conclusion: 'success',
      title: 'Title',
      summary: 'Summary',
      annotations: [{ ...place, title: 'A', message: 'B' }],
    });
    expect(updates.map(({ conclusion, output }) => [conclusion, output.annotations?.length])).toEqual([
      ['success', 1],
      ['success', 0],
    ]);
  });
});
