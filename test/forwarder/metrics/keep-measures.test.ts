import { expect, it } from '@jest/globals';
import { keepMeasures } from '../../../forwarder/metrics/keep-measures.ts';
import { waitFor } from '../wait-for.ts';

/** Each count is the next number, and takes so long by its own clock. */
function countWith(ms: number) {
  let clockMs = 0;
  let counts = 0;
  const measure = (): Promise<number> => {
    clockMs += ms;
    counts += 1;
    return Promise.resolve(counts);
  };
  return keepMeasures(measure, () => clockMs);
}

it('what takes long is counted once for all who ask meanwhile', async () => {
  const count = countWith(600);
  expect([await count(), await count(), ...(await Promise.all([count(), count()]))]).toEqual([1, 1, 1, 1]);
});

it('what takes no time is counted again', async () => {
  const count = countWith(0);
  expect(await count()).toBe(1);
  await waitFor('the next count', async () => (await count()) > 1);
});

it('a count that failed is not kept', async () => {
  let tries = 0;
  const count = keepMeasures(() => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('no disk')) : Promise.resolve(tries);
  });
  await expect(count()).rejects.toThrow('no disk');
  expect(await count()).toBe(2);
});
