// Everything the demo plays on: local GitHub, Claude (local, or the real one with a key), forwarder, runner.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalClaude, type LocalClaude } from '../claude/local-claude.ts';
import { scriptedReviewer } from '../claude/scripted-reviewer.ts';
import { startLocalGitHub, type LocalGitHub } from '../github/local-github.ts';
import { startLocalRunner, type LocalRunner } from '../runner/local-runner.ts';
import { startForwarder, type RunningForwarder } from './start-forwarder.ts';

export interface Stage {
  readonly github: LocalGitHub;
  /** Undefined: the real one is asked. */
  readonly claude: LocalClaude | undefined;
  readonly forwarder: RunningForwarder;
  readonly runner: LocalRunner;
  readonly adminToken: string;
  /** Everything that somebody refused although it should not have been sent; empty when all is well. */
  violations(): string[];
  close(): Promise<void>;
}

const ACTION_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPTED_KEY = 'sk-ant-scripted';

/** With `anthropicApiKey`, reviews ask the real Claude and cost money. */
export async function startStage(anthropicApiKey: string | undefined): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-demo-'));
  const github = await startLocalGitHub();
  for (const login of ['mona', 'operator']) github.createUser(login);
  github.createUser('octo', { type: 'Organization' });
  const claude =
    anthropicApiKey === undefined
      ? await startLocalClaude({ apiKey: SCRIPTED_KEY, script: scriptedReviewer })
      : undefined;
  const adminToken = randomBytes(24).toString('hex');
  const forwarder = await startForwarder({
    databaseFile: join(folder, 'nectr.db'),
    githubToken: github.createToken('operator', {
      actions: 'read',
      contents: 'write',
      metadata: 'read',
      repository_hooks: 'write',
    }),
    githubApiUrl: github.apiUrl,
    adminToken,
  });
  const runner = await startLocalRunner({
    github,
    actions: { 'OWNER/nectr@v1': ACTION_FOLDER },
    workflows: ['nectr.yml'],
    secrets: { ANTHROPIC_API_KEY: anthropicApiKey ?? SCRIPTED_KEY },
    environment: claude ? { ANTHROPIC_BASE_URL: claude.url } : {},
  });
  return {
    github,
    claude,
    forwarder,
    runner,
    adminToken,
    violations: () => [...github.violations, ...(claude?.violations ?? []), ...runner.violations],
    close: async () => {
      await runner.close();
      await forwarder.stop();
      await claude?.close();
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
