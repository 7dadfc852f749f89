// Work that comes at about the same time → done together: one commit, and so one wait for the disk, for all of it. Nobody hears of
// success before that commit.
import { setImmediate } from 'node:timers/promises';

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

/** What comes later waits no longer than this for a batch that is under way, and for no other one until that has ended. */
const PATIENCE_MS = 100;

/** In a row: then it is the store, and not what is to be stored. */
const MAX_FAILURES = 2;

export function gather<Item, Result>({ all, one }: Together<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isDraining = false;
  let isHanging = false;
  const drain = async (): Promise<void> => {
    isDraining = true;
    while (waiting.length > 0) {
      await waitForMore(waiting);
      const batch = work(waiting.splice(0, MAX_ITEMS));
      if (isHanging || (await settles(batch, PATIENCE_MS))) continue;
      isHanging = true;
      void batch.finally(() => {
        isHanging = false;
      });
    }
    isDraining = false;
  };
  const work = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await all(batch.map(({ item }) => item));
      for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result);
    } catch (error) {
      if (one && batch.length > 1) await workOneByOne(batch, one);
      else for (const { reject } of batch) reject(error);
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isDraining) void drain();
    });
}

/** Turns of the event loop, as long as each brings more: a commit of one takes nearly as long as one of twenty. */
async function waitForMore(waiting: readonly unknown[]): Promise<void> {
  for (let count = 0; count < waiting.length && waiting.length < MAX_ITEMS;) {
    count = waiting.length;
    await setImmediate();
  }
}

async function workOneByOne<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  one: (item: Item) => Promise<Result>,
): Promise<void> {
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
}

/** False: it takes longer. Never rejects. */
function settles(work: Promise<void>, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    void work.finally(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
