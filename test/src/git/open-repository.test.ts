// Two commits by smart HTTP from the local GitHub: what is read, and what must not take effect or leak.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalGitHub, type LocalGitHub } from '../../../simulator/github/local-github.ts';
import { openRepository, type OpenedRepository } from '../../../src/git/open-repository.ts';

let github: LocalGitHub;
let folder: string;
let commits: { mergeBase: string; head: string };
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-test-'));
  github = await startLocalGitHub();
  github.createUser('octo');
  const attributes = '*.txt diff=shout filter=shout\n*.txt -text\n';
  const files = { 'a.txt': 'one\n', '.gitattributes': attributes };
  await github.createRepository('octo', 'private', { private: true, files });
  const mergeBase = await github.commit('octo/private', 'main', {
    message: 'Base',
    files: { 'b.txt': 'b\n' },
  });
  const change = { 'a.txt': 'two\n', '-option': 'x\n', 'new\nline.txt': 'y\n', 'q"uote.txt': 'z\n' };
  const head = await github.commit('octo/private', 'change', { message: 'Change', files: change });
  commits = { mergeBase, head };
  token = github.createToken('octo', { contents: 'read' });
});
afterAll(async () => {
  await github.close();
  await rm(folder, { recursive: true });
});

const open = (withToken = token, path = 'octo/private') =>
  openRepository(
    { url: `${github.url}/${path}.git`, token: withToken, blobsOnDemand: false },
    [commits.mergeBase, commits.head],
    folder,
    AbortSignal.timeout(20_000),
  );

const changes = async (repository: OpenedRepository) => {
  const { mergeBase, head } = commits;
  return repository.readPatches(mergeBase, head, await repository.listChanges(mergeBase, head));
};

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('openRepository', () => {
  it('reads long lines in parts, up to a bound, and leaves out what is beyond', async () => {
    const base = await github.commit('octo/private', 'long', {
      message: 'Base',
      files: { 'base.txt': 'x\n' },
    });
    const line = `${'long line, '.repeat(90_000)}\n`;
    const names = Array.from({ length: 50 }, (_, at) => `long${at}.json`);
    const files = Object.fromEntries(names.map((name) => [name, `${name} ${line}`]));
    const long = await github.commit('octo/private', 'long', { message: 'Long', files });
    const source = { url: `${github.url}/octo/private.git`, token, blobsOnDemand: false };
    await using repository = await openRepository(source, [base, long], folder, AbortSignal.timeout(60_000));
    const read = await repository.readPatches(base, long, await repository.listChanges(base, long));
    expect(read.length).toBeGreaterThan(30);
    expect(read.length).toBeLessThan(50);
    for (const { path, hunks } of read) {
      expect(hunks[0]?.lines[0]?.text.slice(0, 30)).toBe(`${path} ${line}`.slice(0, 30));
    }
  });

  it('reads the diff between two commits of a private repository, whatever its files are called', async () => {
    await using repository = await open();
    const files = await changes(repository);
    expect(files.map(({ path, status }) => [path, status])).toEqual([
      ['-option', 'added'],
      ['a.txt', 'modified'],
      ['new\nline.txt', 'added'],
      ['q"uote.txt', 'added'],
    ]);
  });

  it('knows the size of each listed content by its id', async () => {
    await using repository = await open();
    const listed = await repository.listChanges(commits.mergeBase, commits.head);
    const sizes = await repository.readSizes(listed.map(({ newOid }) => newOid));
    expect(listed.map(({ newOid }) => sizes.get(newOid))).toEqual([2, 4, 2, 2]);
  });

  it('leaves nothing behind', async () => {
    await (await open())[Symbol.asyncDispose]();
    await expect(open('ghp_wrong')).rejects.toThrow('git fetch failed');
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not repeat the token in its error', async () => {
    const wrong = 'ghp_wrong_and_secret';
    const encoded = Buffer.from(`x-access-token:${wrong}`).toString('base64');
    await expect(open(wrong)).rejects.toThrow(new RegExp(`^(?!.*(?:${wrong}|${encoded}))`, 's'));
  });

  it('checks nothing out', async () => {
    await using repository = await open();
    await changes(repository);
    const [gitDir = ''] = await readdir(folder);
    const names = await readdir(join(folder, gitDir), { recursive: true });
    expect(names.filter((name) => /(^|\/)(a|b)\.txt$/.test(name))).toEqual([]);
    expect(names).not.toContain('index');
  });

  it("lets no setting of the machine's user take effect", async () => {
    const home = await mkdtemp(join(tmpdir(), 'nectr-home-'));
    const elsewhere = `[url "http://127.0.0.1:1/"]\n\tinsteadOf = ${github.url}/\n[diff]\n\tnoprefix = true\n`;
    await writeFile(join(home, '.gitconfig'), elsewhere);
    const before = { HOME: process.env['HOME'], XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'] };
    Object.assign(process.env, { HOME: home, XDG_CONFIG_HOME: home });
    try {
      await using repository = await open();
      expect(await changes(repository)).toHaveLength(4);
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await rm(home, { recursive: true });
    }
  });

  it('gives the token to no other server, though it is sent there', async () => {
    const heard: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    const first = createServer((request, response) => {
      response.writeHead(301, { location: `${urlOf(other)}${request.url}` }).end();
    });
    for (const server of [other, first])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = { url: `${urlOf(first)}/octo/private.git`, token, blobsOnDemand: false };
    await expect(openRepository(source, [commits.head], folder, AbortSignal.timeout(20_000))).rejects.toThrow(
      'git fetch failed',
    );
    for (const server of [other, first]) server.close();
    expect(heard).toEqual([]);
  });

  it('ends when the run is cancelled', async () => {
    const source = { url: `${github.url}/octo/private.git`, token, blobsOnDemand: false };
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(openRepository(source, [commits.head], folder, cancelled)).rejects.toThrow('abort');
    expect(await readdir(folder)).toEqual([]);
  });
});
