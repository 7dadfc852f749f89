// A request → its tokens as the API counts them, before it is made. Free of charge; undefined when the API gives no number.
import type { ClaudeClient } from './open-claude.ts';

export type CountRequest = Parameters<ClaudeClient['messages']['countTokens']>[0];

/** The API calls its number an estimate that may be off by a little (platform.claude.com/docs/en/build-with-claude/token-counting). */
const MARGIN = 1.05;

export async function countTokens(
  { client, signal }: { readonly client: ClaudeClient; readonly signal: AbortSignal },
  request: CountRequest,
): Promise<number | undefined> {
  try {
    const { input_tokens: tokens } = await client.messages.countTokens(request, { signal });
    return Math.ceil(tokens * MARGIN);
  } catch {
    signal.throwIfAborted();
    return undefined; // then the bound counts; the call itself tells what is wrong
  }
}
