// Commands in a dry run, over loopback HTTP, against a server that remembers what is written to it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openGitHub } from '../../src/github/open-github.ts';
import { obeyComment } from '../../src/obey-comment.ts';
import type { Command } from '../../src/parse-command.ts';

const written: string[] = [];
let server: Server;

const inputs = {
  anthropicApiKey: 'sk-ant-x',
  repository: { owner: 'octo', repo: 'shop' },
  repositoryId: '7',
  pullRequest: 1,
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method, url = '' } = request;
    if (method !== 'GET') written.push(`${method} ${url}`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(url.endsWith('/permission') ? { permission: 'write' } : []));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  written.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function obey(command: Command, dryRun: boolean): Promise<string | undefined> {
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return obeyComment({ ...inputs, dryRun }, openGitHub({ token: 't', apiUrl, log: () => undefined }), {
    id: 3,
    kind: 'conversation',
    login: 'operator',
    command: { kind: 'command', command },
    inReplyTo: undefined,
  });
}

describe('obeyComment', () => {
  it('answers and reacts', async () => {
    await obey('help', false);
    await obey('review', false);
    expect(written).toEqual([
      'POST /repos/octo/shop/issues/1/comments',
      'POST /repos/octo/shop/issues/comments/3/reactions',
    ]);
  });

  it.each<[Command, string]>([
    ['help', 'operator would have been told what Nectr understands'],
    ['dismiss', 'would have been dismissed'],
  ])('in a dry run, writes nothing on %s and says what it would have done', async (command, reason) => {
    expect(await obey(command, true)).toContain(reason);
    expect(written).toEqual([]);
  });

  it.each<Command>(['review', 'review full'])(
    'in a dry run, starts on %s without a reaction',
    async (command) => {
      expect(await obey(command, true)).toBeUndefined();
      expect(written).toEqual([]);
    },
  );
});
