// What is proved, and what it showed: figures, each one line, each with whether it is what was promised.

export interface Figure {
  readonly what: string;
  readonly value: number | string;
  /** Whether it is what was promised; undefined: for information. */
  readonly holds: boolean | undefined;
}

export interface Scenario {
  /** `npm run prove -- SUITE NAME` runs it alone. */
  readonly name: string;
  /** At full length. */
  readonly prove: () => Promise<readonly Figure[]>;
}

export interface Suite {
  readonly scenarios: readonly Scenario[];
}

export function none(what: string, value: number): Figure {
  return { what, value, holds: value === 0 };
}

/** The same, with the first of what was found. */
export function noneOf(what: string, found: readonly string[]): Figure {
  const value = found.length === 0 ? 0 : `${found.length}: ${found.slice(0, 3).join('; ')}`;
  return { what, value, holds: found.length === 0 };
}

export function atLeast(what: string, value: number, least: number): Figure {
  return { what: `${what} (at least ${least})`, value, holds: value >= least };
}

export function atMost(what: string, value: number, most: number): Figure {
  return { what: `${what} (at most ${most})`, value, holds: value <= most };
}

export function fact(what: string, holds: boolean): Figure {
  return { what, value: holds ? 'yes' : 'no', holds };
}

export function note(what: string, value: number | string): Figure {
  return { what, value, holds: undefined };
}

/** Of several runs of one thing under one name. */
export function titled(title: string, figures: readonly Figure[]): Figure[] {
  return figures.map((figure) => ({ ...figure, what: `${title}: ${figure.what}` }));
}
