import { expect, test } from '@jest/globals';
import { nameFrame } from '../../../bench/profiling/name-frame.ts';

const named = (functionName: string, file: string): string =>
  nameFrame({ functionName, url: '', lineNumber: 0, columnNumber: 0 }, { file, line: 7 }, '/home/ada/nectr/');

test.each([
  ['a package', 'file:///home/ada/nectr/node_modules/kysely/dist/kysely.js', 'run kysely/dist/kysely.js:7'],
  ['a package in a package', '/x/node_modules/a/node_modules/@b/c/i.js', 'run @b/c/i.js:7'],
  ['a file of the repository', 'file:///home/ada/nectr/forwarder/main.ts', 'run forwarder/main.ts:7'],
  ['a file elsewhere', 'file:///home/ada/other/thing.js', 'run thing.js:7'],
  ['a module of Node', 'node:internal/timers', 'run node:internal/timers:7'],
  ['V8 itself', '', 'run'],
])('names a frame of %s without a path of the machine', (_, file, expected) => {
  expect(named('run', file)).toBe(expected);
});

test('a function without a name is called anonymous', () => {
  expect(named('', 'node:net')).toBe('(anonymous) node:net:7');
});
