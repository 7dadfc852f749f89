// What every proof stands on: a local GitHub with one repository, the Action's view of it, and a database and a port that
// outlive the processes of the forwarder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startLocalGitHub,
  type LocalGitHub,
  type Repository,
} from '../../../simulator/github/local-github.ts';
import { openActionView, type ActionView } from './action-view.ts';
import { startProcess, type ForwarderProcess, type ProcessOptions } from './forwarder-process.ts';
import { findFreePort } from '../../../simulator/find-free-port.ts';

export interface Stage {
  readonly github: LocalGitHub;
  readonly view: ActionView;
  readonly repository: Repository;
  /** Its own, for whatever a proof keeps in files. */
  readonly folder: string;
  readonly token: string;
  /** The forwarder's, with a port that stays the same. */
  readonly environment: Readonly<Record<string, string>>;
  /** A process of the forwarder, which ends with the stage at the latest. */
  start(options?: Partial<ProcessOptions>): Promise<ForwarderProcess>;
  /** Connects the repository through the admin API. */
  connect(process: ForwarderProcess): Promise<void>;
  /** Every process. */
  end(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** `postgres://…`; an SQLite file in the folder unless told. */
  readonly databaseUrl?: string;
  /** Files of the main branch. */
  readonly files?: Readonly<Record<string, string>>;
  /** False: dispatches are only counted, because their pull requests exist nowhere, or the Action itself runs. */
  readonly reviews?: boolean;
}

const SECRETS_KEY = Buffer.alloc(32, 7).toString('base64');

export async function openStage({ databaseUrl, files, reviews = true }: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-prove-'));
  const github = await startLocalGitHub({ rateLimits: false });
  for (const login of ['ada', 'operator']) github.createUser(login);
  const repository = await github.createRepository('ada', 'engine', {
    files: { 'README.md': 'Engine\n', ...files },
  });
  const view = openActionView(github, reviews);
  // What the README asks a token to have, without the hourly limit that a proof of minutes would meet.
  const token = github.createToken(
    'ada',
    { actions: 'read', contents: 'write', metadata: 'read', repository_hooks: 'write' },
    { limit: 1_000_000 },
  );
  const environment = await composeEnvironment(
    github,
    token,
    databaseUrl ?? `sqlite:${join(folder, 'nectr.db')}`,
  );
  const processes: ForwarderProcess[] = [];
  const end = async (): Promise<void> => {
    for (const process of processes) if (!process.hasEnded()) await process.kill('SIGKILL');
  };
  return {
    github,
    view,
    repository,
    folder,
    token,
    environment,
    start: async (options = {}) => {
      const process = await startProcess({
        ...options,
        environment: { ...environment, ...options.environment },
      });
      processes.push(process);
      return process;
    },
    connect: async (process) => {
      const { status, body } = await process.ask('POST', `/api/v1/repos/${repository.fullName}/install`);
      if (status !== 201) throw new Error(`connecting: ${status} ${JSON.stringify(body)}`);
      await github.settled();
    },
    end,
    close: async () => {
      await end();
      view.close();
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function composeEnvironment(
  { apiUrl }: LocalGitHub,
  token: string,
  databaseUrl: string,
): Promise<Record<string, string>> {
  const port = await findFreePort();
  return {
    PORT: String(port),
    BACKEND_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: databaseUrl,
    SECRETS_KEY,
    GITHUB_TOKEN: token,
    GITHUB_API_URL: apiUrl,
  };
}
