import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REPO, startScene, type Scene, type SceneOptions } from '../connected-repository.ts';
import { composePullRequest, deliver } from '../delivery.ts';
import { waitFor } from '../wait-for.ts';

let scene: Scene;
const scenes: Scene[] = [];

async function open(options?: SceneOptions): Promise<Scene> {
  scene = await startScene(options);
  scenes.push(scene);
  return scene;
}

beforeEach(async () => {
  await open();
});

afterEach(async () => {
  for (const { github, close } of scenes.splice(0)) {
    await close();
    expect(github.violations).toEqual([]);
  }
});

const INSTALL = `/api/v1/repos/${REPO}/install`;
const connect = () => scene.forwarder.ask('POST', INSTALL);
const disconnect = () => scene.forwarder.ask('DELETE', INSTALL);
const hooks = () => scene.github.repository(REPO).hooks;
const hookUrl = () => `${scene.forwarder.url}/api/v1/webhooks/github`;

/** What the store knows, with its secrets. */
function readRows(): Record<string, unknown>[] {
  const db = new Database(scene.forwarder.databasePath, { readonly: true });
  const rows = db.prepare('select * from connections').all() as Record<string, unknown>[];
  db.close();
  return rows;
}

async function listRepos() {
  const { status, body } = await scene.forwarder.ask('GET', '/api/v1/repos');
  expect(status).toBe(200);
  return body['repos'] as Record<string, unknown>[];
}

describe('connecting', () => {
  it('makes the webhook as GitHub should call us, with a secret of its own', async () => {
    const { status, body } = await connect();
    const [hook] = hooks();
    expect({ status, body }).toEqual({
      status: 201,
      body: { status: 'connected', installation_id: 1, repo: REPO, webhook_id: hook?.id },
    });
    expect(hook).toMatchObject({
      active: true,
      url: hookUrl(),
      contentType: 'json',
      insecureSsl: '0',
      events: ['pull_request', 'issues'],
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(readRows()).toMatchObject([{ secret: hook?.secret, hook_id: hook?.id, state: 'connected' }]);
  });

  it('verifies the ping that comes before the id of the webhook is known', async () => {
    await connect();
    await scene.github.settled();
    expect(scene.github.deliveries()).toMatchObject([{ event: 'ping', statusCode: 200 }]);
  });

  it('verifies by the new secret what comes while it is still connecting', async () => {
    scene.github.fail({
      route: '/repos/{owner}/{repo}/hooks',
      method: 'POST',
      hang: 'after-accepting',
      ms: 300,
    });
    const connecting = connect();
    const hook = await waitFor('the webhook', () => hooks()[0]);
    const repository = { id: scene.repositoryId, full_name: REPO };
    const options = { secret: hook.secret ?? '', hookId: hook.id };
    expect((await deliver(scene.forwarder.url, composePullRequest({ repository }), options)).status).toBe(
      200,
    );
    expect(
      (
        await deliver(
          scene.forwarder.url,
          composePullRequest({ repository: { ...repository, id: 1 } }),
          options,
        )
      ).status,
    ).toBe(403);
    expect((await connecting).status).toBe(201);
  });

  it('again answers 200 with the same, and makes no second webhook', async () => {
    const first = await connect();
    const again = await connect();
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(hooks()).toHaveLength(1);
  });

  it('twice at once makes one webhook', async () => {
    const answers = await Promise.all([connect(), connect(), connect()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201]);
    expect(hooks()).toHaveLength(1);
  });

  it('takes the name as GitHub spells it', async () => {
    const { body } = await scene.forwarder.ask('POST', '/api/v1/repos/ADA/Engine/install');
    expect(body).toMatchObject({ repo: REPO });
  });

  it('adopts a webhook that points here already, with a new secret', async () => {
    await connect();
    const [hook] = hooks();
    const before = hook?.secret;
    const db = new Database(scene.forwarder.databasePath);
    db.exec('delete from connections');
    db.close();
    Object.assign(hook ?? {}, { active: false, events: ['push', 'pull_request'] });
    expect(await connect()).toMatchObject({ status: 201, body: { webhook_id: hook?.id } });
    expect(hooks()).toHaveLength(1);
    expect(hook).toMatchObject({ active: true, events: ['pull_request', 'issues'] });
    expect(hook?.secret).not.toBe(before);
    expect(readRows()).toMatchObject([{ secret: hook?.secret }]);
  });

  it('adopts one that stands behind a hundred others', async () => {
    const others = Array.from({ length: 130 }, (_, index) => ({
      id: index + 1,
      active: true,
      events: ['push'],
      url: `https://ci.example.com/${index}`,
      contentType: 'json' as const,
      insecureSsl: '0',
      secret: undefined,
      createdAt: '2026-11-23T10:00:00Z',
      updatedAt: '2026-11-23T10:00:00Z',
      lastResponse: { code: null, status: 'unused', message: null },
    }));
    hooks().push(...others, {
      ...(others[0] as (typeof others)[0]),
      id: 777,
      url: hookUrl(),
      events: ['issues'],
    });
    expect(await connect()).toMatchObject({ status: 201, body: { webhook_id: 777 } });
  });

  it.each([
    ['was deleted on GitHub', () => hooks().splice(0)],
    ['was switched off', () => Object.assign(hooks()[0] ?? {}, { active: false })],
    ['points elsewhere', () => Object.assign(hooks()[0] ?? {}, { url: 'https://elsewhere.example.com' })],
    ['no longer listens', () => Object.assign(hooks()[0] ?? {}, { events: ['issues'] })],
    ['has a secret that we refuse', () => Object.assign(hooks()[0]?.lastResponse ?? {}, { code: 403 })],
  ])('again mends a webhook that %s', async (_, breakIt) => {
    await connect();
    const before = hooks()[0]?.secret;
    breakIt();
    expect((await connect()).status).toBe(201);
    const [hook, ...others] = hooks();
    expect(others).toEqual([]);
    expect(hook).toMatchObject({ active: true, url: hookUrl(), events: ['pull_request', 'issues'] });
    expect(hook?.secret).not.toBe(before);
    expect(readRows()).toMatchObject([
      { id: 1, secret: hook?.secret, previous_secret: null, hook_id: hook?.id },
    ]);
  });

  it.each([
    ['502', { status: 502 }],
    ['a cut connection', { reset: 'after-accepting' }],
    ['silence', { hang: 'after-accepting' }],
  ] as const)('finds the webhook that was made although the answer was %s', async (_, fault) => {
    scene.github.fail({
      route: '/repos/{owner}/{repo}/hooks',
      method: 'POST',
      ...fault,
      ...('status' in fault ? { accepted: true } : {}),
    });
    expect((await connect()).status).toBe(201);
    expect(hooks()).toHaveLength(1);
    expect(readRows()).toMatchObject([{ secret: hooks()[0]?.secret }]);
  });
});

describe('connecting that fails', () => {
  const expectFailure = async (status: number, error: string): Promise<void> => {
    const answer = await connect();
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { error, message: expect.stringMatching(/\w{3}/) },
    });
    expect(readRows()).toEqual([]);
  };

  it('without BACKEND_URL says so', async () => {
    await open({ environment: { BACKEND_URL: '' } });
    await expectFailure(409, 'backend_url_missing');
  });

  it('without GITHUB_TOKEN says so', async () => {
    await open({ environment: { GITHUB_TOKEN: '' } });
    await expectFailure(409, 'github_token_missing');
  });

  it('with a token that GitHub refuses leaves nothing behind', async () => {
    scene.github.revokeToken(scene.token);
    await expectFailure(502, 'github_token_rejected');
  });

  it('for a repository that the token does not see leaves nothing behind', async () => {
    const { status, body } = await scene.forwarder.ask('POST', '/api/v1/repos/ada/nowhere/install');
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'repository_not_found' });
    expect(readRows()).toEqual([]);
  });

  it.each([
    ['none', {}],
    ['to read them only', { repository_hooks: 'read' }],
  ] as const)('with a token whose right to webhooks is %s names the right', async (_, rights) => {
    await open({ permissions: { metadata: 'read', contents: 'write', ...rights } });
    await expectFailure(403, 'webhooks_permission_missing');
  });

  it('where 404 hides that the token may not see webhooks names the right', async () => {
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks', method: 'POST', status: 404 });
    await expectFailure(403, 'webhooks_permission_missing');
  });

  it('while GitHub is down leaves nothing behind', async () => {
    scene.github.fail({ route: '/repos/{owner}/{repo}', status: 503 });
    await expectFailure(502, 'github_unavailable');
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks', times: 2, reset: 'before' });
    await expectFailure(502, 'github_unavailable');
    expect(hooks()).toEqual([]);
  });

  it('at a rate limit says when to come back', async () => {
    scene.github.fail({ route: '/repos/{owner}/{repo}', status: 403, headers: { 'retry-after': '17' } });
    const { status, headers, body } = await connect();
    expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'github_rate_limited' });
    expect(headers.get('retry-after')).toBe('17');
  });

  it('with what GitHub refuses for good tells its words', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [{ message: 'url is not supported because it is local' }],
    };
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks', method: 'POST', status: 422, body });
    const answer = await connect();
    expect(answer).toMatchObject({ status: 422, body: { error: 'github_refused', message: /it is local/ } });
    expect(readRows()).toEqual([]);
  });

  it('leaves a connection that was there as it was', async () => {
    await connect();
    const before = readRows().map(({ updated_at: _, ...row }) => row);
    hooks().splice(0);
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks', times: 2, status: 500 });
    expect((await connect()).status).toBe(502);
    expect(readRows().map(({ updated_at: _, ...row }) => row)).toEqual(before);
  });

  it.each(['ada/..', 'ada/%2e%2e', 'a%2Fb/c', '-ada/engine', 'ada/en%20gine', `ada/${'x'.repeat(101)}`])(
    'for the name %s asks nothing of GitHub',
    async (name) => {
      const { status } = await scene.forwarder.ask('POST', `/api/v1/repos/${name}/install`);
      expect([400, 404]).toContain(status);
      expect(scene.github.requests).toEqual([]);
    },
  );
});

describe('a connected repository', () => {
  const sendSigned = (options: {
    repository?: { id: number; full_name: string };
    secret?: string;
    hookId?: number;
  }) => {
    const { repository = { id: scene.repositoryId, full_name: REPO }, ...rest } = options;
    const secret = hooks()[0]?.secret ?? '';
    const hookId = hooks()[0]?.id ?? 0;
    return deliver(scene.forwarder.url, composePullRequest({ repository }), { secret, hookId, ...rest });
  };

  beforeEach(async () => {
    await connect();
  });

  it('is believed with its secret', async () => {
    expect((await sendSigned({})).status).toBe(200);
  });

  it('is not believed with the global secret, under whatever webhook', async () => {
    const { secret: _, ...options } = { secret: undefined };
    const repository = { id: scene.repositoryId, full_name: REPO };
    for (const hookId of [hooks()[0]?.id ?? 0, 4711, 'none']) {
      const answer = await deliver(scene.forwarder.url, composePullRequest({ repository }), {
        ...options,
        hookId,
      });
      expect(answer.status).toBe(403);
    }
  });

  it('is not believed about another repository', async () => {
    const before = (await sendSigned({ secret: 'wrong' })).body;
    const answer = await sendSigned({ repository: { id: 4712, full_name: 'ada/other' } });
    expect([answer.status, answer.body]).toEqual([403, before]);
  });

  it('is not believed under the id of an unknown webhook', async () => {
    expect((await sendSigned({ hookId: 4711 })).status).toBe(403);
  });

  it('names itself in the log when a signature is wrong', async () => {
    await sendSigned({ secret: 'wrong' });
    expect(scene.forwarder.log.join('')).toContain(`Invalid webhook signature for ${REPO}`);
  });

  it('gets its pull request reviewed: one dispatch with ids and SHAs only', async () => {
    const head = await scene.github.commit(REPO, 'feature', {
      files: { 'README.md': 'Engine 2\n' },
      message: 'Change',
      author: 'ada',
    });
    const pull = await scene.github.openPullRequest({
      repository: REPO,
      head: 'feature',
      base: 'main',
      title: 'A title with a `secret`',
      author: 'ada',
    } as Parameters<typeof scene.github.openPullRequest>[0]);
    await waitFor('the dispatch', () => scene.dispatches.length > 0);
    expect(scene.dispatches).toEqual([
      {
        version: 1,
        event_id: expect.any(Number),
        delivery_id: expect.any(String),
        repository_id: scene.repositoryId,
        pull_request: pull.number,
        head_sha: head,
        base_sha: expect.stringMatching(/^[0-9a-f]{40}$/),
        action: 'opened',
        sent_at: expect.stringMatching(/Z$/),
      },
    ]);
  });
});

describe('disconnecting', () => {
  it('removes the webhook and forgets the secret', async () => {
    await connect();
    const { status, body } = await disconnect();
    expect({ status, body }).toEqual({ status: 200, body: { status: 'disconnected', repo: REPO } });
    expect(hooks()).toEqual([]);
    expect(readRows()).toEqual([]);
  });

  it('of what is not connected is 404', async () => {
    expect(await disconnect()).toMatchObject({ status: 404, body: { error: 'not_connected' } });
    await connect();
    await disconnect();
    expect((await disconnect()).status).toBe(404);
  });

  it('counts as done when the webhook is gone on GitHub', async () => {
    await connect();
    hooks().splice(0);
    expect((await disconnect()).status).toBe(200);
  });

  it('counts as done when the repository is gone on GitHub', async () => {
    await connect();
    scene.github.deleteRepository(REPO);
    expect((await disconnect()).status).toBe(200);
    expect(readRows()).toEqual([]);
  });

  it('finds a repository by its former name and by its new one', async () => {
    await connect();
    scene.github.renameRepository(REPO, 'motor');
    expect((await disconnect()).body).toEqual({ status: 'disconnected', repo: 'ada/motor' });
  });

  it('that GitHub does not let happen keeps the connection', async () => {
    await connect();
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks/{hook_id}', method: 'DELETE', status: 503 });
    expect(await disconnect()).toMatchObject({ status: 502, body: { error: 'github_unavailable' } });
    expect(readRows()).toHaveLength(1);
  });

  it('withdraws what still waits', async () => {
    await connect();
    scene.github.fail({
      route: '/repos/{owner}/{repo}/dispatches',
      status: 403,
      headers: { 'retry-after': '50' },
    });
    const [hook] = hooks();
    const repository = { id: scene.repositoryId, full_name: REPO };
    const { body } = await deliver(scene.forwarder.url, composePullRequest({ repository }), {
      secret: hook?.secret ?? '',
      hookId: hook?.id ?? 0,
    });
    const readEvent = () => scene.forwarder.ask('GET', `/api/v1/events/${String(body['event_id'])}`);
    await waitFor('the rate limit', async () => (await readEvent()).body['reason'] !== null);
    await disconnect();
    expect((await readEvent()).body).toMatchObject({
      status: 'superseded',
      reason: 'withdrawn: the repository was disconnected',
    });
  });

  it('makes deliveries of the webhook unknown', async () => {
    await connect();
    const [hook] = hooks();
    await disconnect();
    const repository = { id: scene.repositoryId, full_name: REPO };
    const options = { secret: hook?.secret ?? '', hookId: hook?.id ?? 0, deliveryId: randomUUID() };
    expect((await deliver(scene.forwarder.url, composePullRequest({ repository }), options)).status).toBe(
      403,
    );
  });
});

describe('the list of repositories', () => {
  it('is empty at first', async () => {
    expect(await listRepos()).toEqual([]);
  });

  it('shows each with what its webhook last answered', async () => {
    await connect();
    await scene.github.settled();
    expect(await listRepos()).toEqual([
      {
        repo: REPO,
        repository_id: scene.repositoryId,
        installation_id: 1,
        webhook_id: hooks()[0]?.id,
        connected_at: expect.stringMatching(/Z$/),
        last_response: { code: 200, status: 'active', message: 'OK' },
      },
    ]);
  });

  it('shows what cannot be read as an error there', async () => {
    await connect();
    scene.github.fail({ route: '/repos/{owner}/{repo}/hooks/{hook_id}', status: 500 });
    expect(await listRepos()).toMatchObject([
      { last_response: null, error: { error: 'github_unavailable' } },
    ]);
    hooks().splice(0);
    expect(await listRepos()).toMatchObject([{ last_response: null, error: { error: 'webhook_not_found' } }]);
  });
});

describe('the webhooks on GitHub', () => {
  it('are shown live, ours marked, without any secret', async () => {
    await connect();
    const [ours] = hooks();
    const other = {
      id: 5,
      url: 'https://user:pass@ci.example.com/build?token=t0ps3cret',
      secret: 'another secret',
    };
    hooks().push({ ...(ours as NonNullable<typeof ours>), ...other });
    const { status, body } = await scene.forwarder.ask('GET', `/api/v1/repos/${REPO}/hooks`);
    expect({ status, repo: body['repo'] }).toEqual({ status: 200, repo: REPO });
    expect(body['hooks']).toMatchObject([
      { id: ours?.id, ours: true, active: true, config: { url: hookUrl() } },
      { id: 5, ours: false, config: { url: 'https://ci.example.com/build' } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/secret|\*\*\*|pass/);
  });

  it('of a repository that is unknown are 404', async () => {
    const { status, body } = await scene.forwarder.ask('GET', '/api/v1/repos/ada/nowhere/hooks');
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'repository_not_found' });
  });
});

describe('secrets', () => {
  it('are in no answer and in no line of the log', async () => {
    const texts = [await connect(), await connect(), await scene.forwarder.ask('GET', '/api/v1/repos')];
    const seen = JSON.stringify(texts.map(({ body }) => body)) + scene.forwarder.log.join('');
    for (const secret of [hooks()[0]?.secret ?? 'none', scene.token]) expect(seen).not.toContain(secret);
  });
});
