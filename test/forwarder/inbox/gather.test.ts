import { describe, expect, it } from '@jest/globals';
import { gather } from '../../../forwarder/inbox/gather.ts';
import { waitFor } from '../wait-for.ts';
import { Turns } from '../../../forwarder/inbox/sqlite/turns.ts';

const openBatches = (failing: readonly number[] = []) => {
  const batches: number[][] = [];
  const one = (item: number): Promise<number> =>
    failing.includes(item) ? Promise.reject(new Error(`no ${item}`)) : Promise.resolve(item * 10);
  const all = (items: readonly number[]): Promise<number[]> => {
    batches.push([...items]);
    return Promise.all(items.map(one));
  };
  return { batches, work: gather({ all, one }) };
};

/** The first batch ends when it is told to. */
const openHanging = () => {
  const batches: number[][] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const all = async (items: readonly number[]): Promise<number[]> => {
    batches.push([...items]);
    if (batches.length === 1) await promise;
    return items.map((item) => item * 10);
  };
  return { batches, all, end: resolve };
};

describe('gather', () => {
  it('does together what comes in one turn, and answers each with its own', async () => {
    const { batches, work } = openBatches();
    expect(await Promise.all([1, 2, 3].map(work))).toEqual([10, 20, 30]);
    expect(await work(4)).toBe(40);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('does one by one what cannot be done together, so that one spoils nothing for the others', async () => {
    const { work } = openBatches([2]);
    const results = await Promise.allSettled([1, 2, 3].map(work));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('gives up after two in a row, since then it is the store that fails', async () => {
    let tries = 0;
    const fail = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('gone'));
    };
    const work = gather({ all: fail, one: fail });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(work));
    expect(results.map(({ status }) => status)).toEqual(Array<string>(5).fill('rejected'));
    expect(tries).toBe(3);
  });

  it('takes no more than a hundred at a time', async () => {
    const { batches, work } = openBatches();
    await Promise.all(Array.from({ length: 250 }, (_, at) => work(at)));
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('lets what comes meanwhile wait for what is under way, and does it together then', async () => {
    const { batches, all, end } = openHanging();
    const work = gather({ all });
    const first = work(1);
    await waitFor('the first batch', () => batches.length === 1);
    const others = [2, 3].map(work);
    end();
    expect([await first, ...(await Promise.all(others))]).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('lets nothing wait long for what hangs', async () => {
    const { batches, all } = openHanging();
    const work = gather({ all });
    const hanging = work(1);
    await waitFor('the first batch', () => batches.length === 1);
    expect(await work(2)).toBe(20);
    expect(await Promise.race([hanging, Promise.resolve('hangs')])).toBe('hangs');
  });
});

describe('Turns', () => {
  it('are taken in the order in which they were asked for, also by who asks again at once', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const take = async (name: string, times: number): Promise<void> => {
      for (let time = 1; time <= times; time += 1) {
        await turns.take();
        order.push(name);
        turns.end();
      }
    };
    await Promise.all([take('greedy', 3), take('a', 1), take('b', 1)]);
    expect(order.slice(0, 3)).toEqual(['greedy', 'a', 'b']);
  });
});
