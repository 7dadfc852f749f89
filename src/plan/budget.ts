// The money of one review. A call is made only when its worst case fits into what is neither spent nor held for others:
// so the limit holds whatever comes back.

export interface Budget {
  readonly limitUsd: number;
  /** Keeps money back, or undefined when there is not enough. */
  hold(usd: number): Held | undefined;
  /** The same for a call that is made now. */
  holdForCall(usd: number): Held | undefined;
  /** The end of the call under way that ends first, which may leave money; undefined when there is none. */
  nextEnd(): Promise<void> | undefined;
  /** Neither spent nor held. */
  available(): number;
  spent(): number;
}

export interface Held {
  readonly usd: number;
  /** It is over: the rest is free again. */
  settle(spentUsd: number): void;
}

export function openBudget(limitUsd: number): Budget {
  let spent = 0;
  let held = 0;
  const calls = new Set<Promise<void>>();
  const available = (): number => limitUsd - spent - held;
  const hold = (usd: number): Held | undefined => {
    if (usd > available()) return undefined;
    held += usd;
    let isOpen = true;
    return {
      usd,
      settle: (spentUsd) => {
        if (!isOpen) return;
        isOpen = false;
        held -= usd;
        spent += spentUsd;
      },
    };
  };
  return {
    limitUsd,
    available,
    spent: () => spent,
    hold,
    holdForCall: (usd) => {
      const money = hold(usd);
      if (!money) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      calls.add(promise);
      const settle = (spentUsd: number): void => {
        money.settle(spentUsd);
        calls.delete(promise);
        resolve();
      };
      return { usd, settle };
    },
    nextEnd: () => (calls.size === 0 ? undefined : Promise.race(calls)),
  };
}
