import { expect } from '@jest/globals';
import type { Figure } from './scenario.ts';

/** Every figure that has a limit holds it, and there are such figures. */
export function expectAll(figures: readonly Figure[]): void {
  expect(figures.filter(({ holds }) => holds === true).length).toBeGreaterThan(2);
  expect(figures.filter(({ holds }) => holds === false)).toEqual([]);
}
