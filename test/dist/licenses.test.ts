// What is given away with the bundle has to come with its licenses.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const licenses = readFileSync('dist/licenses.txt', 'utf8');

test.each([
  ['in the entry', 'undici'],
  ['in the entry, of a dependency of a dependency', '@octokit/endpoint'],
  ['in what is loaded later', 'micromark-util-character'],
])('names the license of a package that is %s: %s', (_, name) => {
  const [, text = ''] = licenses.split(`${name} (MIT)`);
  expect(text.trimStart()).toMatch(/MIT License|Permission is hereby granted/);
  expect(text.indexOf('Permission is hereby granted')).toBeLessThan(500);
});

test('is the only thing in dist that is no code', () => {
  expect(readdirSync('dist').filter((name) => !name.endsWith('.js'))).toEqual(['licenses.txt', 'package.json']);
});
