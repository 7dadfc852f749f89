// API key → client. The one place that builds it: time limits and retries are set here.
import { getProxyUrl } from '@actions/http-client';
import { BaseAnthropic } from '@anthropic-ai/sdk';
import { Messages } from '@anthropic-ai/sdk/resources/messages';
import {
  fetch,
  FormData,
  Headers,
  Pool,
  ProxyAgent,
  type Dispatcher,
  Request,
  Response,
  type RequestInit,
} from 'undici';

/**
 * The SDK's client with the one part of the API that a review asks. Its `Anthropic` brings every other part as well
 * (docs/adr/0024).
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
  shareFetch();
  const client = new ClaudeClient({
    apiKey,
    authToken: null,
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    maxRetries: 4,
    timeout: 10 * 60_000,
    logLevel: 'off',
  });
  // One that is no address is told by the SDK, with the first call.
  const proxyUrl = URL.canParse(client.baseURL) ? getProxyUrl(client.baseURL) : '';
  return proxyUrl === '' ? client : client.withOptions({ fetch: throughProxy(proxyUrl) });
}

/**
 * The SDK takes fetch and its classes from the globals. Those that are set here are what calls of GitHub go through; Node's own, the same
 * once more, would be loaded when one is named: 28 ms.
 */
function shareFetch(): void {
  Object.assign(globalThis, { fetch, FormData, Headers, Request, Response });
}

/** The proxy that the environment names, and that calls of GitHub go through as well: fetch by itself knows none. */
function throughProxy(proxyUrl: string): typeof globalThis.fetch {
  const dispatcher = new ProxyAgent({ uri: proxyUrl, clientFactory: openTunnels });
  const proxied: unknown = (url: string, init: RequestInit) => fetch(url, { ...init, dispatcher });
  return proxied as typeof globalThis.fetch;
}

/** Where the proxy hangs up instead of answering, undici connects anew, at once and for ever (nodejs/undici#3897). */
function openTunnels(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, options);
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: (asked: Dispatcher.ConnectOptions) =>
      connect(asked).catch((error: unknown) => {
        const hasHungUp = error instanceof Error && 'code' in error && error.code === 'UND_ERR_SOCKET';
        throw hasHungUp ? new Error('the proxy closed the connection', { cause: error }) : error;
      }),
  });
}
