// Work by its name → how long it took: the time of each stage, for the job summary.

export interface Clock {
  time<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** In the order in which they began; the same name twice is one stage. */
  stages(): readonly { readonly name: string; readonly ms: number }[];
}

export function startClock(now: () => number): Clock {
  const taken = new Map<string, number>();
  return {
    time: async (name, work) => {
      const startedAt = now();
      taken.set(name, taken.get(name) ?? 0);
      try {
        return await work();
      } finally {
        taken.set(name, (taken.get(name) ?? 0) + now() - startedAt);
      }
    },
    stages: () => [...taken].map(([name, ms]) => ({ name, ms: Math.round(ms) })),
  };
}
