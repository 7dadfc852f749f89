// The money of one review. A call is made only when its worst case fits into what is neither spent nor held for others:
// so the limit holds whatever comes back.

export interface Budget {
  readonly limitUsd: number;
  /** Keeps money for a call, or undefined when there is not enough. */
  hold(usd: number): Held | undefined;
  /** Neither spent nor held. */
  available(): number;
  spent(): number;
}

export interface Held {
  readonly usd: number;
  /** The call is over: the rest is free again. Without a cost, nothing was spent. */
  settle(spentUsd: number): void;
}

export function openBudget(limitUsd: number): Budget {
  let spent = 0;
  let held = 0;
  const available = (): number => limitUsd - spent - held;
  return {
    limitUsd,
    available,
    spent: () => spent,
    hold: (usd) => {
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
    },
  };
}
