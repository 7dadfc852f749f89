// What Nectr remembers of a pull request between two reviews: the last head it has read and what it has said. It travels in
// the body of a review as one hidden line, which is sealed where it is written and opened where it is read.
import * as z from 'zod';
import { SEVERITIES } from '../findings/finding.ts';
import type { EarlierFinding } from './result.ts';

const rememberedSchema = z
  .strictObject({
    fingerprint: z.string(),
    path: z.string(),
    severity: z.enum(SEVERITIES),
    title: z.string(),
    /** First line of the quoted code at the head, or empty: when it is gone from the file, so is the problem. */
    quote: z.string(),
    state: z.enum(['open', 'fixed', 'dismissed']),
  })
  .readonly();

export const ledgerSchema = z
  .strictObject({
    version: z.literal(1),
    head: z.string(),
    mergeBase: z.string(),
    /** Digest of everything that decides how is reviewed. */
    settings: z.string(),
    state: z.enum(['complete', 'partial']),
    findings: z.array(rememberedSchema).readonly(),
  })
  .readonly();

export type Ledger = z.infer<typeof ledgerSchema>;
export type Remembered = z.infer<typeof rememberedSchema>;

const MAX_TITLE_CHARACTERS = 100;
const MAX_QUOTE_CHARACTERS = 200;
/** Of the line, before it is encoded in base64: the rest of the body is for people. */
const MAX_BYTES = 12_000;

export function remember(
  finding: EarlierFinding & { readonly quote: string },
  state: Remembered['state'],
): Remembered {
  const { fingerprint, path, severity, title, quote } = finding;
  // One whole line, since it is looked up by lines.
  const line = quote.split(/\r?\n/).find((text) => text.trim() !== '') ?? '';
  const shortened = {
    title: title.slice(0, MAX_TITLE_CHARACTERS),
    quote: line.length > MAX_QUOTE_CHARACTERS ? '' : line,
  };
  return { fingerprint, path, severity, ...shortened, state };
}

/** As text, without its last findings when there are too many: what is forgotten may be said again, which does no harm. */
export function writeLedger(ledger: Ledger): string {
  let { findings } = ledger;
  let text = JSON.stringify(ledger);
  while (countBytes(text) > MAX_BYTES && findings.length > 0) {
    findings = findings.slice(0, Math.floor(findings.length * 0.8));
    text = JSON.stringify({ ...ledger, findings });
  }
  return text;
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function parseLedger(text: string): Ledger | undefined {
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // of another version: then everything is reviewed anew
  }
}
