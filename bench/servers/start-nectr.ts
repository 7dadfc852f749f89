// The forwarder as an operator starts it, with one repository of a local GitHub connected by its own API.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleForwarder } from '../../scripts/bundle-forwarder.ts';
import { startLocalGitHub } from '../../simulator/github/local-github.ts';
import { findFreePort } from '../../simulator/find-free-port.ts';
import type { Sender } from '../load/deliveries.ts';
import { readContainer } from './read-container.ts';
import { startServer, type RunningServer } from './start-server.ts';

/** As the container runs it: in one file. Built once for all benchmarks of a run. */
let bundled: Promise<URL> | undefined;

function bundle(): Promise<URL> {
  const folder = fileURLToPath(new URL('../../lib/forwarder', import.meta.url));
  return (bundled ??= bundleForwarder(folder, { sourcemap: 'external' }).then((file) => pathToFileURL(file)));
}

export const WEBHOOK_PATH = '/api/v1/webhooks/github';
const ADMIN_TOKEN = 'admin-token-of-the-benchmarks-0123456789';

/** Replicas have the same one. */
const SECRETS_KEY = Buffer.alloc(32, 'key of the benchmarks').toString('base64');

export interface Nectr extends RunningServer {
  readonly sender: Sender;
  /** Where deliveries go. */
  readonly webhookUrl: string;
  readonly settings: ForwarderSettings;
  /** Answer of its API, as the operator. */
  ask(path: string): Promise<Record<string, unknown>>;
}

/** @param databaseUrl as the operator gives it; replicas have the same one */
export async function startNectr(databaseUrl: string, nodeFlags: readonly string[] = []): Promise<Nectr> {
  const github = await startLocalGitHub();
  github.createUser('ada');
  const { id, fullName, hooks } = await github.createRepository('ada', 'engine', {
    files: { 'README.md': 'Engine\n' },
  });
  const token = github.createToken('ada', {
    repository_hooks: 'write',
    contents: 'write',
    actions: 'read',
    metadata: 'read',
  });
  const settings = { databaseUrl, token, apiUrl: github.apiUrl, nodeFlags };
  const server = await startForwarder(settings);
  const ask = (path: string, method?: string) => askForwarder(server.url, path, method);
  await ask(`/api/v1/repos/${fullName}/install`, 'POST');
  const [hook] = hooks;
  if (!hook?.secret) throw new Error('connecting made no webhook');
  return {
    ...server,
    sender: { secret: hook.secret, hookId: hook.id, repository: { id, fullName } },
    webhookUrl: `${server.url}${WEBHOOK_PATH}`,
    settings,
    ask,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

/** One more on the same database. */
export async function startReplica({ settings }: Nectr): Promise<RunningServer & Pick<Nectr, 'webhookUrl'>> {
  const server = await startForwarder(settings);
  return { ...server, webhookUrl: `${server.url}${WEBHOOK_PATH}` };
}

/** As the operator. @throws with what it answered, when that is a refusal */
export async function askForwarder(
  url: string,
  path: string,
  method = 'GET',
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await fetch(`${url}${path}`, { method, headers });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
  return body;
}

interface ForwarderSettings {
  readonly databaseUrl: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly nodeFlags?: readonly string[];
}

export async function startForwarder({
  databaseUrl,
  token,
  apiUrl,
  nodeFlags = [],
}: ForwarderSettings): Promise<RunningServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const container = readContainer();
  return startServer(
    await bundle(),
    {
      ...container.allocation,
      HOST: '127.0.0.1',
      PORT: String(port),
      BACKEND_URL: url,
      DATABASE_URL: databaseUrl,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: apiUrl,
      ADMIN_TOKEN,
      SECRETS_KEY,
      // As silent as what it is measured beside.
      LOG_LEVEL: 'warn',
    },
    `${url}/readyz`,
    [...container.nodeFlags, ...nodeFlags],
  );
}
