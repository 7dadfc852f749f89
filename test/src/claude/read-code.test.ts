// What is told of code that git cannot read at this moment.
import { expect, it } from '@jest/globals';
import { readCode } from '../../../src/claude/read-code.ts';
import type { CodeTree } from '../../../src/git/open-code-tree.ts';

const broken = (): Promise<never> => Promise.reject(new Error('git cat-file ended with exit code 128'));
const tree: CodeTree = {
  hasFileNamed: broken,
  readFile: broken,
  readTexts: broken,
  listFolder: broken,
  search: broken,
};

it.each([
  ['read_file', { path: 'a.ts', from_line: 1, to_line: 5 }],
  ['list_files', { folder: '' }],
  ['search_code', { pattern: 'x', is_regex: false, folder: '' }],
])('a failing %s is an answer that says so', async (name, input) => {
  const answer = await readCode({ tree, files: [] }, name, input);
  expect(answer).toEqual({
    text: 'It could not be read: git cat-file ended with exit code 128.',
    isError: true,
  });
});
