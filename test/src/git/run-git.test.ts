// Where git does not end by itself.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runGit, TooMuchOutput } from '../../../src/git/run-git.ts';

it('a fetch from a server that says nothing ends with its time, though what it has started lives on', async () => {
  const gitDir = await mkdtemp(join(tmpdir(), 'nectr-test-'));
  const server = createServer(() => {
    // No answer.
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const git = { gitDir, signal: AbortSignal.timeout(60_000) };
  await runGit(['init', '--quiet', '--bare'], git);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/octo/shop.git`;
  const fetching = runGit(['fetch', '--quiet', '--end-of-options', url], { ...git, timeoutMs: 700 });
  await expect(fetching).rejects.toThrow('git fetch was ended by SIGTERM, after 0.7 s at most');
  server.closeAllConnections();
  server.close();
  await rm(gitDir, { recursive: true });
});

it('more output than allowed is an error of its own', async () => {
  const options = { gitDir: '.git', signal: AbortSignal.timeout(60_000), maxBytes: 5 };
  await expect(runGit(['version'], options)).rejects.toThrow(TooMuchOutput);
});
