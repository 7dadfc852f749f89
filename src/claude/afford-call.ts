// A request + the budget → whether it may be made: money held for its worst case, and what is kept back for the call that closes
// the conversation. Where money is short, the true number of tokens is asked for, and calls under way are waited for.
import type { Budget, Held } from '../plan/budget.ts';
import { worstCaseOfCall } from '../plan/prices.ts';
import {
  affordableOutput,
  boundInput,
  MAX_OUTPUT_TOKENS,
  reserveForClosing,
  type Counted,
} from './call-cost.ts';
import { countTokens, type CountRequest } from './count-tokens.ts';
import type { ClaudeClient } from './open-claude.ts';

export interface Asker {
  readonly client: ClaudeClient;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

/** Tool answers of one turn, which the closing call would have to carry as well. */
export const MAX_TURN_BYTES = 60_000;

export function countBytes({ system, tools, messages }: CountRequest): number {
  return Buffer.byteLength(JSON.stringify([system, tools, messages]));
}

/** Money for the call that closes; undefined when this call has to be that one, also when all others have ended. */
export async function keepBack(
  { budget }: Asker,
  request: CountRequest,
  before: Counted | undefined,
): Promise<Held | undefined> {
  const { model } = request;
  const bytes = countBytes(request);
  for (;;) {
    const closing = budget.hold(reserveForClosing(model, bytes, before, MAX_TURN_BYTES));
    const room = affordableOutput(model, budget.available(), boundInput(bytes, before));
    if (closing && room !== undefined) return closing;
    closing?.settle(0);
    const end = budget.nextEnd();
    if (!end) return undefined;
    await end;
  }
}

interface AllowedCall {
  /** Tokens of the answer. */
  readonly room: number;
  readonly held: Held;
}

/**
 * When the bound leaves no room for a long answer, the API is asked for the true number of tokens, which costs nothing, and calls
 * under way are waited for: they rarely cost all that is held for them.
 */
export async function allowCall(
  asker: Asker,
  request: CountRequest,
  before: Counted | undefined,
): Promise<AllowedCall | undefined> {
  const { budget, signal } = asker;
  let tokens = boundInput(countBytes(request), before);
  const findRoom = (): number | undefined => affordableOutput(request.model, budget.available(), tokens);
  if (findRoom() !== MAX_OUTPUT_TOKENS) {
    tokens = Math.min(tokens, (await countTokens(asker, request)) ?? tokens);
    // Nothing is awaited between the last look and the hold: another conversation could take the money.
    for (let end = budget.nextEnd(); end && findRoom() !== MAX_OUTPUT_TOKENS; end = budget.nextEnd()) {
      await end;
      signal.throwIfAborted();
    }
  }
  const room = findRoom();
  if (room === undefined) return undefined;
  const held = budget.holdForCall(worstCaseOfCall(request.model, tokens, room));
  return held && { room, held };
}
