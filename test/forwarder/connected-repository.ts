// A local GitHub with one repository and an account that administers it, and a forwarder beside it. The forwarder's port
// is chosen first, since webhooks have to know it before it listens.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ClientPayload } from '../../contract/client-payload.ts';
import {
  startLocalGitHub,
  type LocalGitHub,
  type TokenPermissions,
} from '../../simulator/github/local-github.ts';
import { startLocalForwarder, type LocalForwarder, type LocalForwarderOptions } from './local-forwarder.ts';

export const REPO = 'ada/engine';

/** What the README asks a token to have. */
export const PERMISSIONS: TokenPermissions = {
  repository_hooks: 'write',
  contents: 'write',
  metadata: 'read',
};

export interface Scene {
  readonly github: LocalGitHub;
  readonly forwarder: LocalForwarder;
  readonly token: string;
  readonly repositoryId: number;
  /** The payload of each dispatch that GitHub took, in order. */
  readonly dispatches: readonly ClientPayload[];
  close(): Promise<void>;
}

export interface SceneOptions extends LocalForwarderOptions {
  readonly permissions?: TokenPermissions;
}

export async function startScene({
  permissions = PERMISSIONS,
  environment,
  ...options
}: SceneOptions = {}): Promise<Scene> {
  const github = await startLocalGitHub();
  github.createUser('ada');
  const token = github.createToken('ada', permissions);
  const { id } = await github.createRepository('ada', 'engine', { files: { 'README.md': 'Engine\n' } });
  const dispatches = recordDispatches(github);
  const port = await takePort();
  const forwarder = await startLocalForwarder({
    githubTimeoutMs: 500,
    ...options,
    environment: {
      PORT: String(port),
      BACKEND_URL: `http://127.0.0.1:${port}`,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: github.apiUrl,
      ...environment,
    },
  });
  return {
    github,
    forwarder,
    token,
    repositoryId: id,
    dispatches,
    close: async () => {
      await forwarder.close();
      await github.close();
    },
  };
}

export function recordDispatches(github: LocalGitHub): readonly ClientPayload[] {
  const dispatches: ClientPayload[] = [];
  github.onWorkflowTrigger(({ event, payload }) => {
    if (event === 'repository_dispatch') dispatches.push(payload['client_payload'] as ClientPayload);
  });
  return dispatches;
}

/** A port that is free now. */
export async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
