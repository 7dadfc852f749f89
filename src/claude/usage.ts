// What calls cost in tokens, as the API counts them, and in money where the price is known.
import type Anthropic from '@anthropic-ai/sdk';

export interface Usage {
  readonly calls: number;
  /** Tokens read at the full price; cached ones are counted apart. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** 0 where the price of the model is not known. */
  readonly costUsd: number;
}

export const NO_USAGE: Usage = { calls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, costUsd: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    costUsd: a.costUsd + b.costUsd,
  };
}

export function readUsage(usage: Anthropic.Usage): Usage {
  return {
    ...NO_USAGE,
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
}
