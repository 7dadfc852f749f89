// A local GitHub that a file of tests shares, and for each test a repository of its own with a forwarder beside it. The
// forwarder's port is chosen first, since webhooks have to know it before it listens.
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { ClientPayload } from '../../contract/client-payload.ts';
import { readKeyFile } from '../../forwarder/secrets/read-key-file.ts';
import { openSecretBox } from '../../forwarder/secrets/secret-box.ts';
import {
  startLocalGitHub,
  type LocalGitHub,
  type TokenPermissions,
} from '../../simulator/github/local-github.ts';
import type { Hook } from '../../simulator/github/world.ts';
import { composePullRequest, deliver, type DeliveryOptions, type PullRequestInput } from './delivery.ts';
import {
  startLocalForwarder,
  type Answer,
  type LocalForwarder,
  type LocalForwarderOptions,
} from './local-forwarder.ts';
import { findFreePort } from '../../simulator/find-free-port.ts';

/** What the README asks a token to have. */
const PERMISSIONS: TokenPermissions = {
  repository_hooks: 'write',
  contents: 'write',
  actions: 'read',
  metadata: 'read',
};

export interface Scene {
  readonly github: LocalGitHub;
  readonly forwarder: LocalForwarder;
  readonly token: string;
  /** `owner/name`. */
  readonly repo: string;
  readonly repositoryId: number;
  /** `POST …/install` */
  connect(): Promise<Answer>;
  /** `DELETE …/install` */
  disconnect(): Promise<Answer>;
  /** Webhooks that GitHub has for it, as it keeps them. */
  hooks(): Hook[];
  /** Rows of the connections' table, their secrets opened with the key beside the file. */
  readConnections(): Record<string, unknown>[];
  /** A delivery of its webhook, signed with that one's secret unless told. */
  send(input?: PullRequestInput, options?: DeliveryOptions): Promise<Answer>;
  readEvent(id: unknown): Promise<Record<string, unknown>>;
  /** The payload of each dispatch to this repository that GitHub took, in order. */
  readonly dispatches: readonly ClientPayload[];
  close(): Promise<void>;
}

export interface SceneOptions extends LocalForwarderOptions {
  readonly permissions?: TokenPermissions;
  /** How the run of each dispatch ends; null: it starts none. `success` unless told. */
  readonly conclusion?: string | null;
}

/** With the account `ada`, who owns every repository here. */
async function startGitHub(): Promise<LocalGitHub> {
  const github = await startLocalGitHub();
  github.createUser('ada');
  return github;
}

let scenes = 0;

async function startScene(
  github: LocalGitHub,
  { permissions = PERMISSIONS, environment, conclusion = 'success', ...options }: SceneOptions = {},
): Promise<Scene> {
  scenes += 1;
  const token = github.createToken('ada', permissions);
  const files = { 'README.md': 'Engine\n' };
  const made = await github.createRepository('ada', `engine-${scenes}`, { files });
  const { id, fullName, hooks } = made;
  const dispatches = recordDispatches(github, id);
  if (conclusion !== null) runAtOnce(github, id, conclusion);
  const port = await findFreePort();
  const forwarder = await startLocalForwarder({
    ...options,
    environment: {
      PORT: String(port),
      BACKEND_URL: `http://127.0.0.1:${port}`,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: github.apiUrl,
      ...environment,
    },
  });
  const install = `/api/v1/repos/${fullName}/install`;
  const repository = { id, full_name: fullName };
  return {
    github,
    forwarder,
    token,
    repo: fullName,
    repositoryId: id,
    dispatches,
    connect: () => forwarder.ask('POST', install),
    disconnect: () => forwarder.ask('DELETE', install),
    hooks: () => hooks,
    readConnections: () => readConnections(forwarder.databasePath),
    send: (input, sending) => {
      const [hook] = hooks;
      const own = hook ? { hookId: hook.id, secret: hook.secret ?? '' } : {};
      return deliver(forwarder.url, composePullRequest({ repository, ...input }), { ...own, ...sending });
    },
    readEvent: async (eventId) => (await forwarder.ask('GET', `/api/v1/events/${String(eventId)}`)).body,
    close: () => forwarder.close(),
  };
}

function readConnections(path: string): Record<string, unknown>[] {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare('select * from connections').all() as Record<string, unknown>[];
  db.close();
  const box = openSecretBox([readKeyFile(path)]);
  return rows.map((row) => ({
    ...row,
    secret: box.open(String(row['secret']), Number(row['repository_id'])),
  }));
}

export interface Stage {
  readonly github: LocalGitHub;
  /** The one opened last; there is one before each test. */
  readonly scene: Scene;
  open(options?: SceneOptions): Promise<Scene>;
}

/** Registers what sets the stage before each test of a file and clears it after. GitHub is started once. */
export function setStage(defaults: SceneOptions = {}): Stage {
  const open: Scene[] = [];
  let github: LocalGitHub | undefined;
  const stage: Stage = {
    get github() {
      if (!github) throw new Error('the stage is set before the first test');
      return github;
    },
    get scene() {
      const scene = open.at(-1);
      if (!scene) throw new Error('the stage is set before each test');
      return scene;
    },
    open: async (options) => {
      const scene = await startScene(stage.github, { ...defaults, ...options });
      open.push(scene);
      return scene;
    },
  };
  beforeAll(async () => {
    github = await startGitHub();
  });
  beforeEach(async () => {
    await stage.open();
  });
  afterEach(async () => {
    await stage.github.settled();
    for (const scene of open.splice(0)) await scene.close();
  });
  afterAll(async () => {
    await stage.github.close();
    const { violations } = stage.github;
    if (violations.length > 0) throw new Error(`GitHub would refuse: ${violations.join('\n')}`);
  });
  return stage;
}

export function recordDispatches(github: LocalGitHub, repositoryId: number): readonly ClientPayload[] {
  const dispatches: ClientPayload[] = [];
  github.onWorkflowTrigger(({ event, payload, repository }) => {
    if (event !== 'repository_dispatch' || repository.id !== repositoryId) return;
    dispatches.push(payload['client_payload'] as ClientPayload);
  });
  return dispatches;
}

/** A workflow whose run ends as soon as it starts, under the run name of the README. */
function runAtOnce(github: LocalGitHub, repositoryId: number, conclusion: string): void {
  github.onWorkflowTrigger(({ event, payload, repository, sha, actor }) => {
    if (event !== 'repository_dispatch' || repository.id !== repositoryId) return;
    const { pull_request, delivery_id } = payload['client_payload'] as ClientPayload;
    const { id } = github.workflowRuns.create({
      fullName: repository.fullName,
      name: 'Nectr',
      path: '.github/workflows/nectr.yml',
      displayTitle: `Nectr review of #${pull_request} (${delivery_id})`,
      event,
      headSha: sha,
      headBranch: repository.defaultBranch,
      actor,
    });
    github.workflowRuns.update(id, { status: 'completed', conclusion });
  });
}
