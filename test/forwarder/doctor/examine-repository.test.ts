import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const WORKFLOW = '.github/workflows/nectr.yml';

interface Line {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

async function examine(): Promise<{ status: unknown; lines: Map<string, Line> }> {
  const answer = await stage.scene.forwarder.ask('GET', `/api/v1/repos/${stage.scene.repo}/doctor`);
  expect(answer.status).toBe(200);
  const checks = answer.body['checks'] as Line[];
  return { status: answer.body['status'], lines: new Map(checks.map((line) => [line.name, line])) };
}

async function commitWorkflow(change: (text: string) => string = (text) => text): Promise<void> {
  const files = { [WORKFLOW]: change(await readFile('docs/samples/nectr.yml', 'utf8')) };
  await stage.github.commit(stage.scene.repo, 'main', { files, message: 'Review' });
}

async function expectLine(name: string, status: string, message: RegExp): Promise<void> {
  const { lines } = await examine();
  expect(lines.get(name)).toEqual({ name, status, message: expect.stringMatching(message) });
}

describe('a repository where all is well', () => {
  it('has a line for each thing, and each is ok', async () => {
    await stage.scene.connect();
    await commitWorkflow();
    const { body } = await stage.scene.send();
    await waitFor('the run', async () => {
      const event = await stage.scene.readEvent(body['event_id']);
      return event['status'] === 'completed';
    });
    await stage.github.settled();
    const { status, lines } = await examine();
    expect([...lines.keys()]).toEqual([
      'token',
      'runs_permission',
      'webhook',
      'workflow',
      'actions',
      'last_delivery',
      'last_run',
    ]);
    expect([...lines.values()].filter((line) => line.status !== 'ok')).toEqual([]);
    expect(status).toBe('ok');
    expect(lines.get('last_run')?.message).toContain('/actions/runs/');
  });
});

describe('the webhook', () => {
  it('is missing before the repository is connected', async () => {
    await expectLine('webhook', 'problem', /not connected: POST \/api\/v1\/repos\/ada\/engine-\d+\/install/);
    expect((await examine()).status).toBe('problem');
  });

  describe('of a connected repository', () => {
    beforeEach(async () => {
      await stage.scene.connect();
      await stage.github.settled();
    });

    it('is gone', async () => {
      stage.scene.hooks().splice(0);
      await expectLine('webhook', 'problem', /is gone on GitHub: connect the repository again/);
    });

    it('is switched off', async () => {
      for (const hook of stage.scene.hooks()) hook.active = false;
      await expectLine('webhook', 'problem', /is switched off/);
    });

    it('was changed', async () => {
      for (const hook of stage.scene.hooks()) hook.contentType = 'form';
      await expectLine('webhook', 'problem', /not as Nectr makes it \(it was changed, or BACKEND_URL was\)/);
    });

    it('has another secret', async () => {
      for (const hook of stage.scene.hooks()) hook.secret = 'another';
      stage.github.openIssue(stage.scene.repo, 'ada', 'Knock');
      await stage.github.settled();
      await expectLine('webhook', 'problem', /its secret was changed/);
    });

    it('does not reach us', async () => {
      const [hook] = stage.scene.hooks();
      if (hook) hook.lastResponse = { code: 502, status: 'misconfigured', message: 'failed to connect' };
      await expectLine('webhook', 'warning', /502 failed to connect.*BACKEND_URL/);
    });

    it('may not be read by the token', async () => {
      stage.github.fail({ route: '/repos/{owner}/{repo}/hooks/{hook_id}', status: 403 });
      await expectLine('webhook', 'problem', /may not manage the webhooks/);
    });
  });
});

describe('the workflow', () => {
  it.each([
    ['is missing', undefined, 'problem', /No workflow on the default branch listens/],
    [
      'listens to other types',
      /types: \[nectr-review\]/,
      'problem',
      /only to the types `x`: add `nectr-review`/,
    ],
    ['lacks permissions', / {2}checks: write\n/, 'problem', /lacks the permissions checks: write/],
    ['has a run name that says nothing', /^run-name: .*$/m, 'problem', /The run-name of .* lacks/],
    ['groups by ref', /group: .*$/m, 'warning', /concurrency group .* uses github\.ref/],
  ] as const)('%s', async (_, part, status, message) => {
    const replacements: Record<string, string> = {
      'types: [nectr-review]': 'types: [x]',
      '  checks: write\n': '',
    };
    if (part) {
      await commitWorkflow((text) =>
        text.replace(part, (found) =>
          found.startsWith('run-name')
            ? 'run-name: Review'
            : found.startsWith('group')
              ? 'group: nectr-${{ github.ref }}'
              : (replacements[found] ?? ''),
        ),
      );
    }
    await expectLine('workflow', status, message);
  });
});

it('a webhook whose deliveries are fetched need not reach us', async () => {
  await stage.open({ isPolling: true });
  await stage.scene.connect();
  for (const hook of stage.scene.hooks()) {
    hook.lastResponse = { code: 502, status: 'misconfigured', message: 'failed to connect' };
  }
  await expectLine('webhook', 'ok', /deliveries are fetched/);
});

describe('Actions', () => {
  it('is disabled', async () => {
    await stage.open({
      permissions: { metadata: 'read', contents: 'write', actions: 'read', administration: 'read' },
    });
    stage.github.setActions(stage.scene.repo, false);
    await expectLine('actions', 'problem', /disabled: enable it in Settings/);
  });

  it('has the workflow switched off', async () => {
    await commitWorkflow();
    stage.github.disableWorkflow(stage.scene.repo, WORKFLOW);
    await expectLine('actions', 'problem', /nectr\.yml is switched off/);
  });
});

describe('the token', () => {
  it('that GitHub refuses is the only line', async () => {
    stage.github.revokeToken(stage.scene.token);
    const { status, lines } = await examine();
    expect(status).toBe('problem');
    expect([...lines.values()]).toEqual([
      { name: 'token', status: 'problem', message: expect.stringMatching(/GitHub answers 401/) },
    ]);
  });

  it('that may not read runs is warned of', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}/actions/runs', status: 403 });
    await expectLine('runs_permission', 'warning', /give it Actions: read/);
  });
});

it('the last run that failed is told with its reason', async () => {
  await stage.open({ conclusion: 'failure' });
  const { body } = await stage.scene.send();
  await waitFor('the run', async () => {
    const event = await stage.scene.readEvent(body['event_id']);
    return event['status'] === 'failed';
  });
  await expectLine('last_run', 'problem', /failed: run_failure: see/);
});
