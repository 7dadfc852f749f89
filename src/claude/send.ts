// One request → Claude's message, or why there is none. Streamed: a long answer would otherwise run into the time limits of
// what stands between.
import type Anthropic from '@anthropic-ai/sdk';
import { explainFailure } from './explain-failure.ts';
import type { ClaudeClient } from './open-claude.ts';

export type Sent =
  | { readonly kind: 'message'; readonly message: Anthropic.Message }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly final: boolean;
      /** The answer had begun: what was written of it may be charged. */
      readonly wasCharged: boolean;
    };

type Request = Parameters<ClaudeClient['messages']['stream']>[0];

export async function send(
  { client, signal }: { readonly client: ClaudeClient; readonly signal: AbortSignal },
  request: Request,
): Promise<Sent> {
  let hasBegun = false;
  try {
    const stream = client.messages.stream(request, { signal });
    stream.on('streamEvent', () => {
      hasBegun = true;
    });
    return { kind: 'message', message: await stream.finalMessage() };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', ...explainFailure(error), wasCharged: hasBegun };
  }
}
