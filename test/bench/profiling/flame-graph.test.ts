import { expect, test } from '@jest/globals';
import { composeFlameGraph } from '../../../bench/profiling/flame-graph.ts';
import type { Frame } from '../../../bench/profiling/fold-profile.ts';

const frame = (name: string, microseconds: number, children: Frame[] = []): Frame => ({
  name,
  microseconds,
  children,
});

test('a frame is as wide as its share, beside the frames before it and above what calls it', () => {
  const svg = composeFlameGraph('It', frame('all', 100, [frame('serve', 75), frame('store', 25)]));
  const boxes = [...svg.matchAll(/<title>(\w+): ([\d.]+) %<\/title><rect x="([\d.]+)" y="(\d+)"/g)];
  expect(boxes.map(([, name, share, x]) => [name, share, x])).toEqual([
    ['all', '100.0', '10.0'],
    ['serve', '75.0', '10.0'],
    ['store', '25.0', '895.0'],
  ]);
  const [all, serve, store] = boxes.map(([, , , , y]) => Number(y));
  expect(serve).toBe(store);
  expect(serve).toBeLessThan(all ?? NaN);
});

test('frames below 0.2 % are left out, and what they call with them', () => {
  const svg = composeFlameGraph(
    'It',
    frame('all', 10_000, [frame('rare', 19, [frame('inner', 19)]), frame('seen', 20)]),
  );
  expect(svg).toContain('<title>seen:');
  expect(svg).not.toMatch(/rare|inner/);
});

test('text is cut to its frame, and its whole is the tooltip', () => {
  const name = `a${'b'.repeat(300)}`;
  const svg = composeFlameGraph('It', frame('all', 100, [frame(name, 50), frame('narrow', 1)]));
  expect(svg).toContain(`<title>${name}: 50.0 %</title>`);
  expect(svg).toMatch(/>ab{60,90}…<\/text>/);
  expect(svg).not.toContain('>narrow</text>');
});

test('names of functions are no markup', () => {
  expect(composeFlameGraph('It', frame('<anonymous> & co', 1))).toContain(
    '<title>&lt;anonymous&gt; &amp; co: 100.0 %</title>',
  );
});

test('a profile without work is drawn as well', () => {
  expect(composeFlameGraph('It', frame('all', 0))).not.toContain('NaN');
});
