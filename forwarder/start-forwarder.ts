// Config → the running forwarder: the store is opened, what an earlier process left is taken up, then the port is
// opened. `stop` goes the other way: nothing that was accepted is dropped.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import type { RetryPolicy } from './dispatch/plan-retry.ts';
import { openGitHub } from './github/open-github.ts';
import { openInbox } from './inbox/open-inbox.ts';
import type { Log } from './open-log.ts';
import { openMetrics } from './metrics/open-metrics.ts';
import { startRetention } from './retention/start-retention.ts';
import { composeServer } from './server.ts';
import { WEBHOOK_PATH } from './webhook/serve-webhook.ts';

export interface ForwarderOptions {
  readonly log: Log;
  readonly now?: () => Date;
  readonly policy?: RetryPolicy;
  /** For one call to GitHub. */
  readonly githubTimeoutMs?: number;
  /** How long a write waits for another process's lock. */
  readonly busyTimeoutMs?: number;
}

export interface Forwarder {
  readonly url: string;
  /** Stops accepting, finishes open requests and dispatches under way, closes the store. */
  stop(): Promise<void>;
}

/** @throws an Error that a person can act on when the store or the port cannot be opened */
export async function startForwarder(config: Config, options: ForwarderOptions): Promise<Forwarder> {
  const { log, now = () => new Date(), policy, githubTimeoutMs, busyTimeoutMs } = options;
  const { githubToken: token, githubApiUrl: apiUrl, backendUrl } = config;
  const inbox = await openInbox(config.database, { secretsKeys: config.secretsKeys, log, busyTimeoutMs });
  const github =
    token === undefined ? undefined : openGitHub({ token, apiUrl, log, timeoutMs: githubTimeoutMs });
  const metrics = openMetrics(inbox.events, now);
  const dispatcher = new Dispatcher({ inbox, github, policy, metrics, log, now });
  const hookUrl = backendUrl === undefined ? undefined : `${backendUrl}${WEBHOOK_PATH}`;
  const server = composeServer({
    inbox,
    dispatcher,
    metrics,
    connect: { inbox, github, hookUrl, log, now },
    globalSecret: config.githubWebhookSecret,
    adminToken: config.adminToken,
    checksSignatures: config.appEnv === 'production',
    log,
    now,
  });
  const stopRetention = startRetention({ events: inbox.events, days: config.retentionDays, log, now });
  warnOfOpenDoors(config, log);
  try {
    await dispatcher.start();
    await listen(server, config);
  } catch (error) {
    await Promise.all([dispatcher.stop(), stopRetention()]);
    await inbox.close();
    throw error;
  }
  return {
    url: composeUrl(config.host, server),
    stop: async () => {
      await Promise.all([close(server), dispatcher.stop(), stopRetention()]);
      await inbox.close();
    },
  };
}

function warnOfOpenDoors({ appEnv, adminToken, githubToken, backendUrl }: Config, log: Log): void {
  if (appEnv === 'development') {
    log.warn(
      'APP_ENV=development: SIGNATURES OF DELIVERIES ARE NOT CHECKED. Anyone who reaches this port is believed.',
    );
    if (adminToken === undefined)
      log.warn('ADMIN_TOKEN is not set: THE ADMIN API IS OPEN to anyone who reaches it.');
  }
  if (githubToken === undefined) log.warn('GITHUB_TOKEN is not set: nothing can be connected or dispatched.');
  if (backendUrl === undefined) log.warn('BACKEND_URL is not set: no repository can be connected.');
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`HOST ${host}, PORT ${port}: cannot listen there: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

/** A connection that is kept alive is closed as soon as it has nothing open; requests under way get their answer. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
}

function composeUrl(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
