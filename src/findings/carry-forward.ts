// What was said before + what was found now → what is new, what is repeated, what is fixed. Nobody is told twice, and what
// people have dismissed is not told again.
import type { Placement } from './place-finding.ts';
import type { PlacedFinding } from './place-findings.ts';
import { shareWords, SHARED_WORDS } from './mean-the-same.ts';
import { findQuote, holdsQuote, MIN_CHARACTERS } from './find-quote.ts';

export interface Earlier {
  readonly fingerprint: string;
  readonly path: string;
  readonly title: string;
  readonly quote: string;
  readonly state: 'open' | 'fixed' | 'dismissed';
}

export interface Carried<T extends Earlier> {
  readonly fresh: readonly PlacedFinding[];
  /** Found again while still open, or dismissed. */
  readonly repeated: readonly PlacedFinding[];
  readonly dismissed: readonly PlacedFinding[];
  readonly open: readonly T[];
  readonly fixed: readonly T[];
}

/**
 * An open finding is fixed when its quoted code is gone from its file and nobody has found the same problem there again; a
 * file that cannot be read proves nothing.
 */
export function carryForward<T extends Earlier>(
  earlier: readonly T[],
  found: readonly PlacedFinding[],
  head: ReadonlyMap<string, string | undefined>,
): Carried<T> {
  const open = earlier.filter(({ state }) => state === 'open');
  const dismissed = earlier.filter(({ state }) => state === 'dismissed');
  const isAmong = (list: readonly Earlier[], finding: PlacedFinding): boolean =>
    list.some((one) => isSame(one, finding, head.get(one.path)));
  const isFixed = (one: T): boolean => {
    if (!head.has(one.path)) return false;
    const text = head.get(one.path);
    // The file itself is gone, or its line is; a line that says little would be found anywhere, and proves nothing.
    const isGone =
      text === undefined || (one.quote.trim().length >= MIN_CHARACTERS && !holdsQuote(text, one.quote));
    return isGone && !found.some((finding) => isSame(one, finding, text));
  };
  return {
    fresh: found.filter((finding) => !isAmong(open, finding) && !isAmong(dismissed, finding)),
    repeated: found.filter((finding) => isAmong(open, finding) && !isAmong(dismissed, finding)),
    dismissed: found.filter((finding) => isAmong(dismissed, finding)),
    open: open.filter((one) => !isFixed(one)),
    fixed: open.filter(isFixed),
  };
}

function isSame(
  earlier: Earlier,
  { fingerprint, finding, placement }: PlacedFinding,
  text: string | undefined,
): boolean {
  if (earlier.fingerprint === fingerprint) return true;
  const isAlike = earlier.path === finding.path && shareWords(earlier.title, finding.title) > SHARED_WORDS;
  return isAlike && !standsElsewhere(earlier, placement, text);
}

/** A problem that is worded anew is quoted anew as well, but nearby. */
const NEAR_LINES = 20;

/** While the first stands where it was told, the same words about another place of its file are a second problem. */
function standsElsewhere({ quote }: Earlier, placement: Placement, text: string | undefined): boolean {
  if (text === undefined || placement.kind !== 'line' || placement.side !== 'RIGHT') return false;
  const lines = findQuote(text, quote);
  return lines.length > 0 && lines.every((line) => Math.abs(line - placement.startLine) > NEAR_LINES);
}
