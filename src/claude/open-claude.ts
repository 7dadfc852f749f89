// API key → client. The one place that builds it: time limits and retries are set here.
import { BaseAnthropic } from '@anthropic-ai/sdk';
import { Messages } from '@anthropic-ai/sdk/resources/messages';

/**
 * The SDK's client with the one part of the API that a review asks. Its `Anthropic` brings every other part as well, which is
 * 400 KB of code to parse (docs/adr/0024).
 */
export class ClaudeClient extends BaseAnthropic {
  readonly messages = new Messages(this);
}

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly baseUrl: string | undefined;
}

/** Retries (429, 5xx, 529, dropped connections) are the SDK's own and honour `retry-after`. */
export function openClaude({ apiKey, baseUrl }: ClaudeOptions): ClaudeClient {
  return new ClaudeClient({
    apiKey,
    authToken: null,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    maxRetries: 4,
    timeout: 10 * 60_000,
    logLevel: 'off',
  });
}
