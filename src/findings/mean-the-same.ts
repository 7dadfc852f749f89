// Two placed findings → whether they say the same about the same place. Two reviewers word one problem differently, so words
// are compared loosely, and places too.
import type { Finding } from './finding.ts';
import type { Placement } from './place-finding.ts';

interface Placed {
  readonly finding: Finding;
  readonly placement: Placement;
}

/** Of the words of both titles, as many must be in both. */
export const SHARED_WORDS = 0.5;

export function meansTheSame(a: Placed, b: Placed): boolean {
  if (a.finding.path !== b.finding.path || !standTogether(a, b)) return false;
  return shareWords(a.finding.title, b.finding.title) >= SHARED_WORDS;
}

function standTogether({ finding: f, placement: a }: Placed, { finding: g, placement: b }: Placed): boolean {
  if (a.kind === 'line' && b.kind === 'line') {
    return a.side === b.side && a.startLine <= b.line && b.startLine <= a.line;
  }
  // Without a line, only the quote tells one place from another.
  return a.kind === b.kind && f.quote.trim() === g.quote.trim();
}

/** Share of all words of both that are in both. */
export function shareWords(a: string, b: string): number {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  const shared = [...first].filter((word) => second.has(word)).length;
  const all = new Set([...first, ...second]).size;
  return all === 0 ? 1 : shared / all;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []);
}
