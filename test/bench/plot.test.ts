import { expect, test } from '@jest/globals';
import { composePlot } from '../../bench/plot.ts';

const draw = (points: readonly (readonly [number, number])[]): string =>
  composePlot({ title: 'Growth', x: 'files', panels: [{ label: 'time (s)', points }] });

const placesOf = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));

test('equal factors are equal distances on both axes', () => {
  const [one, two, three] = placesOf(
    draw([
      [10, 2],
      [100, 20],
      [1000, 200],
    ]),
  );
  expect((three?.x ?? NaN) - (two?.x ?? NaN)).toBeCloseTo((two?.x ?? NaN) - (one?.x ?? NaN), -1);
  expect((two?.y ?? NaN) - (three?.y ?? NaN)).toBeCloseTo((one?.y ?? NaN) - (two?.y ?? NaN), -1);
  expect(three?.y).toBeLessThan(one?.y ?? NaN);
});

test('both axes are labelled, and marked at the powers of ten around the values', () => {
  const svg = draw([
    [10, 0.4],
    [3000, 7],
  ]);
  for (const text of ['files', 'time (s)', '0.1', '1', '10', '10,000'])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).not.toContain('>100,000<');
});

test('a single value on a power of ten has a place as well', () => {
  expect(placesOf(draw([[10, 1]]))).toEqual([{ x: expect.any(Number), y: expect.any(Number) }]);
  expect(draw([[10, 1]])).not.toContain('NaN');
});

test('it is white behind the ink, and text of the caller is no markup', () => {
  const svg = composePlot({ title: 'a < b & c', x: 'x', panels: [] });
  expect(svg).toContain('fill="#ffffff"');
  expect(svg).toContain('a &lt; b &amp; c');
});
