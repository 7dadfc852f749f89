// API key → client. The one place that builds it: time limits and retries are set here.
import { HttpClient } from '@actions/http-client';
import { BaseAnthropic } from '@anthropic-ai/sdk';
import { Messages } from '@anthropic-ai/sdk/resources/messages';
import { fetch, type Dispatcher, type RequestInit } from 'undici';

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
  const client = new ClaudeClient({
    apiKey,
    authToken: null,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    maxRetries: 4,
    timeout: 10 * 60_000,
    logLevel: 'off',
  });
  const dispatcher = new HttpClient('nectr', [], { keepAlive: true }).getAgentDispatcher(client.baseURL);
  return dispatcher ? client.withOptions({ fetch: throughProxy(dispatcher) }) : client;
}

/** The proxy that the environment names, and that calls of GitHub go through as well: Node's own fetch knows none. */
function throughProxy(dispatcher: Dispatcher): typeof globalThis.fetch {
  const proxied: unknown = (url: string, init: RequestInit) => fetch(url, { ...init, dispatcher });
  return proxied as typeof globalThis.fetch;
}
