// What a benchmark says: one row of the table for each thing that is measured.

export interface Row {
  readonly what: string;
  /** Peer or limit, measured in the same run. */
  readonly beside: string;
  /** With its unit: `3,120 /s`. */
  readonly ours: string;
  readonly theirs: string;
  /** Ours by theirs, or the value itself where there is nothing beside it; undefined: listed only. */
  readonly ratio?: Spread;
  /** What the ratio must reach. */
  readonly bound?: Bound;
}

export interface Bound {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  /** Of a value that is no ratio. */
  readonly unit?: string;
}

/** The median over the rounds, with the least and the most of them. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Benchmark {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

export function holds({ ratio, bound }: Row): boolean | undefined {
  if (!ratio || !bound) return undefined;
  return bound.kind === 'at least' ? ratio.median >= bound.value : ratio.median <= bound.value;
}
