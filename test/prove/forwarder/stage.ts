// What every proof stands on: a local GitHub with one repository, the Action's view of it, and a database and a port that
// outlive the processes of the forwarder.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startLocalGitHub,
  type LocalGitHub,
  type Repository,
} from '../../../simulator/github/local-github.ts';
import { openActionView, type ActionView } from './action-view.ts';
import type { ForwarderProcess } from './forwarder-process.ts';

export interface Stage {
  readonly github: LocalGitHub;
  readonly view: ActionView;
  readonly repository: Repository;
  /** Its own, for whatever a proof keeps in files. */
  readonly folder: string;
  readonly token: string;
  /** The forwarder's, with a port that stays the same. */
  readonly environment: Readonly<Record<string, string>>;
  /** Connects the repository through the admin API. */
  connect(process: ForwarderProcess): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** `postgres://…`; an SQLite file in the folder unless told. */
  readonly databaseUrl?: string;
  /** Files of the main branch. */
  readonly files?: Readonly<Record<string, string>>;
  /** The Action itself is there, so that nobody needs to stand in for it. */
  readonly isReal?: boolean;
}

const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64');

export async function openStage({ databaseUrl, files, isReal = false }: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-prove-'));
  const github = await startLocalGitHub({ rateLimits: false });
  for (const login of ['ada', 'operator']) github.createUser(login);
  const repository = await github.createRepository('ada', 'engine', {
    files: { 'README.md': 'Engine\n', ...files },
  });
  const view = openActionView(github, !isReal);
  // What the README asks a token to have, without the hourly limit that a proof of minutes would meet.
  const token = github.createToken(
    'ada',
    { actions: 'read', contents: 'write', metadata: 'read', repository_hooks: 'write' },
    { limit: 1_000_000 },
  );
  const port = await takePort();
  return {
    github,
    view,
    repository,
    folder,
    token,
    environment: {
      PORT: String(port),
      BACKEND_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: databaseUrl ?? `sqlite:${join(folder, 'nectr.db')}`,
      SECRETS_KEY,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: github.apiUrl,
    },
    connect: async (process) => {
      const { status, body } = await process.ask('POST', `/api/v1/repos/${repository.fullName}/install`);
      if (status !== 201) throw new Error(`connecting: ${status} ${JSON.stringify(body)}`);
      await github.settled();
    },
    close: async () => {
      view.close();
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that is free now. */
export async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
