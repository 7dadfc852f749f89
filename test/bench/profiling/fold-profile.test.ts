import { expect, test } from '@jest/globals';
import { foldProfile, type CpuProfile } from '../../../bench/profiling/fold-profile.ts';

const node = (id: number, functionName: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url: '', lineNumber: 0, columnNumber: 0 },
  children,
});

function fold(nodes: CpuProfile['nodes'], samples: number[], timeDeltas: number[]) {
  return foldProfile({ nodes, samples, timeDeltas }, ({ functionName }) => functionName);
}

test('a sample stands for the time until the next one', () => {
  const nodes = [node(1, '(root)', [2, 3]), node(2, 'parse'), node(3, 'store')];
  expect(fold(nodes, [2, 3, 2], [0, 10, 30])).toEqual({
    name: 'all',
    microseconds: 40,
    children: [
      { name: 'store', microseconds: 30, children: [] },
      { name: 'parse', microseconds: 10, children: [] },
    ],
  });
});

test('frames of one name under one parent are one, with what they call', () => {
  const nodes = [
    node(1, '(root)', [2, 3]),
    node(2, 'serve', [4]),
    node(3, 'serve', [5]),
    node(4, 'parse'),
    node(5, 'parse'),
  ];
  const { children } = fold(nodes, [4, 5, 3, 3], [0, 1, 2, 4]);
  expect(children).toEqual([
    { name: 'serve', microseconds: 7, children: [{ name: 'parse', microseconds: 3, children: [] }] },
  ]);
});

test('one name under two parents stays two frames', () => {
  const nodes = [node(1, '(root)', [2, 3]), node(2, 'a', [4]), node(3, 'b', [5]), node(4, 'x'), node(5, 'x')];
  const { children } = fold(nodes, [4, 5, 5], [0, 1, 2]);
  expect(children.map(({ name, children: [inner] }) => [name, inner?.microseconds])).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('waiting is left out of the whole', () => {
  const nodes = [node(1, '(root)', [2, 3]), node(2, '(idle)'), node(3, 'work')];
  expect(fold(nodes, [2, 3, 3], [0, 100, 5])).toMatchObject({
    microseconds: 5,
    children: [{ name: 'work' }],
  });
});
