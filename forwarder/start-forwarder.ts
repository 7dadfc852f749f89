// Config → the running forwarder: the store is opened, what an earlier process left is taken up, then the port is
// opened. `stop` goes the other way: nothing that was accepted is dropped.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import type { ConnectEdges } from './connections/call-github.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Governor } from './dispatch/governor.ts';
import type { RetryPolicy } from './dispatch/plan-retry.ts';
import type { FollowPolicy } from './follow/follow-policy.ts';
import { ConditionalReader } from './github/conditional-reader.ts';
import { openGitHubAccess } from './github/github-access.ts';
import type { Inbox } from './inbox/inbox.ts';
import { openInbox } from './inbox/open-inbox.ts';
import type { Log } from './open-log.ts';
import { openMetrics } from './metrics/open-metrics.ts';
import { startRetention } from './retention/start-retention.ts';
import { composeServer } from './server.ts';
import { startDuties } from './start-duties.ts';
import { WEBHOOK_PATH } from './webhook/serve-webhook.ts';

export interface ForwarderOptions {
  readonly log: Log;
  readonly now?: () => Date;
  readonly policy?: RetryPolicy;
  /** Of replicas: how long an event stays with one that died. Longer than a dispatch may take. */
  readonly leaseMs?: number;
  readonly followPolicy?: FollowPolicy;
  /** Between two looks for deliveries that never arrived; ten minutes unless told. */
  readonly reconcileEveryMs?: number;
  /** How long connecting waits for the ping of a new webhook; 5 s unless told. */
  readonly pingTimeoutMs?: number;
  /** GitHub is asked instead of listened to. */
  readonly isPolling?: boolean;
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
  const { log, now = () => new Date(), policy, leaseMs, githubTimeoutMs: timeoutMs, busyTimeoutMs } = options;
  const { github: credentials, githubApiUrl: apiUrl, backendUrl } = config;
  const { secretsKeys } = config;
  const inbox = await openInbox(config.database, { secretsKeys, log, busyTimeoutMs, isService: true });
  const access = credentials && openGitHubAccess({ credentials, apiUrl, log, timeoutMs, now });
  const stopping = new AbortController();
  const readRateBudget = (): number | undefined => access?.budgets.readLeast();
  const metrics = openMetrics({ events: inbox.events, readRateBudget, now });
  const governor = access && new Governor(inbox.tokens, access.budgets);
  const dispatcher = new Dispatcher({ inbox, access, governor, policy, leaseMs, metrics, log, now });
  const connect: ConnectEdges = {
    inbox,
    access,
    governor,
    reader: new ConditionalReader({
      isLimited: () => access?.budgets.hasLimits() ?? true,
      signal: stopping.signal,
    }),
    hookUrl: backendUrl === undefined ? undefined : `${backendUrl}${WEBHOOK_PATH}`,
    pingTimeoutMs: options.pingTimeoutMs ?? 5000,
    isPolling: options.isPolling ?? false,
    onDoubt: () => {
      inbox.announceDoubt().catch((error: unknown) => {
        log.warn({ err: error }, 'a doubt could not be announced: the next round looks');
      });
    },
    stopping: stopping.signal,
    log,
    now,
  };
  const duties = startDuties({
    ...options,
    pullRequestActions: config.pullRequestActions,
    connect,
    metrics,
    onQueued: () => dispatcher.wake(),
  });
  const server = composeServer({
    inbox,
    dispatcher,
    metrics,
    connect,
    reconcile: duties.reconcile,
    globalSecret: config.githubWebhookSecret,
    adminToken: config.adminToken,
    trustProxy: config.trustProxy,
    pullRequestActions: config.pullRequestActions,
    checksSignatures: config.appEnv === 'production',
    log,
    now,
  });
  const stopRetention = startRetention({ events: inbox.events, days: config.retentionDays, log, now });
  const stopWork = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([dispatcher.stop(), duties.stop(), stopRetention()]);
  };
  warnOfOpenDoors(config, log);
  try {
    await warnOfUnreadable(inbox, log);
    await dispatcher.start();
    await listen(server, config);
  } catch (error) {
    await stopWork();
    await inbox.close();
    throw error;
  }
  return {
    url: composeUrl(config.host, server),
    stop: async () => {
      await Promise.all([close(server), stopWork()]);
      await inbox.close();
    },
  };
}

/** A replica that was given another key would refuse their deliveries, and say so only when one comes. */
async function warnOfUnreadable({ connections }: Inbox, log: Log): Promise<void> {
  const all = [...(await connections.list('connected')), ...(await connections.list('connecting'))];
  const count = all.filter(({ secret }) => secret === '').length;
  if (count === 0) return;
  log.error(
    { count, of: all.length },
    'SECRETS_KEY does not open the webhook secrets of these repositories: THEIR DELIVERIES ARE REFUSED. Add the key that they were sealed with.',
  );
}

function warnOfOpenDoors({ appEnv, adminToken, github, backendUrl }: Config, log: Log): void {
  if (appEnv === 'development') {
    log.warn(
      'APP_ENV=development: SIGNATURES OF DELIVERIES ARE NOT CHECKED. Anyone who reaches this port is believed.',
    );
    if (adminToken === undefined)
      log.warn('ADMIN_TOKEN is not set: THE ADMIN API IS OPEN to anyone who reaches it.');
  }
  if (!github)
    log.warn('Neither GITHUB_TOKEN nor a GitHub App is set: nothing can be connected or dispatched.');
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
