// Why Claude stopped → whether its message can be used. Every reason of the API is named here.
import type Anthropic from '@anthropic-ai/sdk';

export type Stop = { readonly kind: 'usable' } | { readonly kind: 'failed'; readonly reason: string };

export function readStop({ stop_reason: reason }: Pick<Anthropic.Message, 'stop_reason'>): Stop {
  switch (reason) {
    case 'max_tokens':
      return failed("Claude's answer was cut off, since it was longer than one answer may be");
    case 'refusal':
      return failed('Claude declined to review this code');
    case 'model_context_window_exceeded':
      return failed("this part of the change does not fit Claude's context window");
    case 'end_turn':
    case 'tool_use':
    case 'stop_sequence':
    case 'pause_turn':
      return { kind: 'usable' };
    case null:
      return failed("Claude's answer ended without a reason");
    default:
      return failed(`Claude stopped for an unknown reason: ${String(reason)}`);
  }
}

function failed(reason: string): Stop {
  return { kind: 'failed', reason };
}
