// A request before it is made → the most that it can cost, and how long an answer the budget allows. The limit of a review holds
// since no call is made whose worst case does not fit.
import { worstCaseOfCall } from '../plan/prices.ts';

/** Room for thinking and for some fifty findings; longer answers are cut by the API and then refused here. */
export const MAX_OUTPUT_TOKENS = 32_000;
/** Less than this is not worth a call: the answer would be cut off. */
const MIN_OUTPUT_TOKENS = 4_000;
const CLOSING_OUTPUT_TOKENS = 8_000;
/** Of code; half as many are usual. */
const DENSE_TOKENS_PER_BYTE = 0.5;

/** A request that was made, and what it was counted as. */
export interface Counted {
  readonly bytes: number;
  readonly tokens: number;
}

/** Tokens of a request at most: no token is made of less than a byte. What was counted before need not be guessed again. */
export function boundInput(bytes: number, before: Counted | undefined): number {
  return before && bytes >= before.bytes ? before.tokens + bytes - before.bytes : bytes;
}

/** The longest answer that fits into what is available; undefined when that is too short to be of use. */
export function affordableOutput(
  model: string,
  availableUsd: number,
  inputTokens: number,
): number | undefined {
  // A little less than all: sums of fractions are not exact.
  const left = availableUsd - worstCaseOfCall(model, inputTokens, 0) - 1e-9;
  const perToken = worstCaseOfCall(model, 0, 1_000_000) / 1_000_000;
  const tokens = Math.min(MAX_OUTPUT_TOKENS, Math.floor(left / perToken));
  return tokens < MIN_OUTPUT_TOKENS ? undefined : tokens;
}

/**
 * What to keep back for the call that closes a conversation after one more answer and `moreBytes` of tool results. A careful
 * guess only: when it comes to that call, its own worst case counts.
 */
export function reserveForClosing(
  model: string,
  bytes: number,
  before: Counted | undefined,
  moreBytes: number,
): number {
  const known = before ?? { bytes: 0, tokens: 0 };
  const more = Math.max(0, bytes - known.bytes) + moreBytes;
  const tokens = known.tokens + Math.ceil(more * DENSE_TOKENS_PER_BYTE) + MAX_OUTPUT_TOKENS / 4;
  return worstCaseOfCall(model, tokens, CLOSING_OUTPUT_TOKENS);
}
