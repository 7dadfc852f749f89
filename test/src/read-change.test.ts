// What a pull request does to rules and settings, read by real git from a local GitHub.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLocalGitHub, type LocalGitHub } from '../../simulator/github/local-github.ts';
import { readChange } from '../../src/read-change.ts';

let github: LocalGitHub;
let tempFolder: string;

beforeAll(async () => {
  tempFolder = await mkdtemp(join(tmpdir(), 'nectr-test-'));
  github = await startLocalGitHub();
  github.createUser('octo');
  await github.createRepository('octo', 'shop', { files: {} });
});
afterAll(async () => {
  await github.close();
  await rm(tempFolder, { recursive: true });
});

test('rules and settings that are renamed away, or to, are changed', async () => {
  const rules = 'Amounts are in cents.\n';
  const settings = 'language: English\n';
  const base = await github.commit('octo/shop', 'main', {
    message: 'Base',
    files: { 'AGENTS.md': rules, '.github/nectr.yml': settings, 'old/notes.md': 'Names are short.\n' },
  });
  const head = await github.commit('octo/shop', 'change', {
    message: 'Change',
    files: {
      'AGENTS.md': null,
      'OLD.md': rules,
      '.github/nectr.yml': null,
      '.github/old.yml': settings,
      'old/notes.md': null,
      'new/AGENTS.md': 'Names are short.\n',
      'a.ts': 'a();\n',
    },
  });
  const source = {
    url: `${github.url}/octo/shop.git`,
    token: github.createToken('octo', { contents: 'read' }),
    repositoryKilobytes: 1,
    tempFolder,
  };
  const commits = { head, mergeBase: base, base, since: undefined };
  await using change = await readChange(source, commits, AbortSignal.timeout(100_000));
  expect(change.changedRules.toSorted()).toEqual(['.github/nectr.yml', 'AGENTS.md', 'new/AGENTS.md']);
});
