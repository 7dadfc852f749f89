// Work that comes in one turn of the event loop → done together: one commit, and so one wait for the disk, for all of it.
// Nobody hears of success before that commit.

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

export interface Together<Item, Result> {
  /** All in one transaction: all of it is stored, or nothing. Results in the order of the items. */
  readonly all: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** In a transaction of its own: for when one of many spoils it for the others. Undefined: none can. */
  readonly one?: (item: Item) => Promise<Result>;
}

/** So that what came first does not wait for ever longer transactions. */
const MAX_ITEMS = 100;

/** In a row: then it is the store, and not what is to be stored. */
const MAX_FAILURES = 2;

export function gather<Item, Result>({ all, one }: Together<Item, Result>): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  const work = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await all(batch.map(({ item }) => item));
      for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result);
    } catch (error) {
      if (one && batch.length > 1) await workOneByOne(batch, one);
      else for (const { reject } of batch) reject(error);
    }
  };
  const workOneByOne = async (
    batch: readonly Waiting<Item, Result>[],
    one: (item: Item) => Promise<Result>,
  ): Promise<void> => {
    let failures: unknown[] = [];
    for (const { item, resolve, reject } of batch) {
      try {
        // A store that is gone takes seconds to say so, each time: nobody waits for that a hundred times.
        if (failures.length >= MAX_FAILURES) throw failures[0];
        resolve(await one(item));
        failures = [];
      } catch (error) {
        failures.push(error);
        reject(error);
      }
    }
  };
  const flush = (): void => {
    const batches = Array.from({ length: Math.ceil(waiting.length / MAX_ITEMS) }, (_, at) =>
      waiting.slice(at * MAX_ITEMS, (at + 1) * MAX_ITEMS),
    );
    waiting = [];
    for (const batch of batches) void work(batch);
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
}
