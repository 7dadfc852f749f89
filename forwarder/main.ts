// The forwarder's entry: reads the environment, starts the service, and stops it on a signal. The only file that does
// anything when it is imported.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig, type Config } from './config.ts';
import { describeDatabase, openInbox } from './inbox/open-inbox.ts';
import { openLog, type Log } from './open-log.ts';
import { returnMemory } from './return-memory.ts';
import { startForwarder, type Forwarder } from './start-forwarder.ts';

const USAGE = 'usage: npm run forwarder -- [--poll | --reseal]';

/** Container runtimes kill after about 10 s. What is cut then is in the store, and taken up by the next start. */
const STOP_DEADLINE_MS = 9500;

/** With `--poll` GitHub is asked instead of listened to, this often. Unchanged answers cost nothing. */
const POLL_EVERY_MS = 10_000;
/** Webhooks have to have an address; of this one nobody can ever be the owner (RFC 2606). */
const NOBODY = 'https://nectr.invalid';

async function run(): Promise<void> {
  const { reseal: isReseal, poll: isPolling } = parseOptions();
  const config = readConfig(
    isPolling ? { ...process.env, BACKEND_URL: process.env['BACKEND_URL'] || NOBODY } : process.env,
  );
  const output = pino.destination();
  const log = openLog(config.logLevel, output);
  if (isReseal) {
    await reseal(config, log);
    return;
  }
  // What was polled for comes at the next look.
  const polling = { isPolling: true, reconcileEveryMs: POLL_EVERY_MS, pingTimeoutMs: 2 * POLL_EVERY_MS };
  let forwarder: Forwarder | undefined;
  // From the first moment on: to start can take a while, and the first process of a container gets no signal that it does not ask for.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void stop(forwarder, log, output);
    });
  }
  forwarder = await startForwarder(config, { log, ...(isPolling ? polling : {}) });
  log.info({ ...describeStart(config, forwarder), polling: isPolling ?? false }, 'listening');
  returnMemory();
}

function parseOptions() {
  try {
    return parseArgs({ options: { reseal: { type: 'boolean' }, poll: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

type Output = ReturnType<typeof pino.destination>;

/** `--reseal`: every secret under the first of SECRETS_KEY, so that the others can be taken away. */
async function reseal(config: Config, log: Log): Promise<void> {
  const inbox = await openInbox(config.database, { secretsKeys: config.secretsKeys, log });
  const count = await inbox.reseal();
  await inbox.close();
  log.info({ count }, 'webhook secrets encrypted again with the first key');
}

function describeStart(config: Config, { url }: Forwarder) {
  return {
    url,
    database: describeDatabase(config.database),
    app_env: config.appEnv,
    backend_url: config.backendUrl ?? null,
    github_api_url: config.githubApiUrl,
    github_token_configured: config.github !== undefined && 'token' in config.github,
    github_app_configured: config.github !== undefined && 'app' in config.github,
    github_webhook_secret_configured: config.githubWebhookSecret !== undefined,
    admin_token_configured: config.adminToken !== undefined,
    secrets_key_configured: config.secretsKeys.length > 0,
  };
}

/** `forwarder`: undefined while it starts; nothing was taken in then. */
async function stop(forwarder: Forwarder | undefined, log: Log, output: Output): Promise<void> {
  setTimeout(() => {
    log.warn('not everything ended in time: the rest is taken up at the next start');
    process.exit(0);
  }, STOP_DEADLINE_MS);
  await forwarder?.stop();
  log.info('stopped');
  // An exit at once would write this line ahead of one that is being written.
  output.once('close', () => process.exit(0));
  output.end();
}

try {
  await run();
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof ConfigError ? `${problem}\n` : `Nectr cannot start: ${problem}\n`);
  process.exit(1);
}
