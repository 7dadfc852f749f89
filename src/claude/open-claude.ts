// API key → client. The one place that builds it: time limits and retries are set here.
import Anthropic from '@anthropic-ai/sdk';

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly baseUrl: string | undefined;
}

/** Retries (429, 5xx, 529, dropped connections) are the SDK's own and honour `retry-after`. */
export function openClaude({ apiKey, baseUrl }: ClaudeOptions): Anthropic {
  return new Anthropic({
    apiKey,
    authToken: null,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    maxRetries: 4,
    timeout: 10 * 60_000,
    logLevel: 'off',
  });
}
