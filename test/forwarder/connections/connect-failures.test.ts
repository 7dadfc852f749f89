import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const HOOKS = '/repos/{owner}/{repo}/hooks';
const connect = () => stage.scene.connect();
const hooks = () => stage.scene.hooks();
const readRows = () => stage.scene.readConnections();

const expectFailure = async (status: number, error: string): Promise<void> => {
  const answer = await connect();
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: { error, message: expect.stringMatching(/\w{3}/) },
  });
  expect(readRows()).toEqual([]);
};

describe('connecting that fails', () => {
  it('without BACKEND_URL says so', async () => {
    await stage.open({ environment: { BACKEND_URL: '' } });
    await expectFailure(409, 'backend_url_missing');
  });

  it('without GITHUB_TOKEN says so', async () => {
    await stage.open({ environment: { GITHUB_TOKEN: '' } });
    await expectFailure(409, 'github_token_missing');
  });

  it('with a token that GitHub refuses leaves nothing behind', async () => {
    stage.github.revokeToken(stage.scene.token);
    await expectFailure(502, 'github_token_rejected');
  });

  it('for a repository that the token does not see leaves nothing behind', async () => {
    const { status, body } = await stage.scene.forwarder.ask('POST', '/api/v1/repos/ada/nowhere/install');
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'repository_not_found' });
    expect(readRows()).toEqual([]);
  });

  it.each([
    ['none', {}],
    ['to read them only', { repository_hooks: 'read' }],
  ] as const)('with a token whose right to webhooks is %s names the right', async (_, rights) => {
    await stage.open({ permissions: { metadata: 'read', contents: 'write', ...rights } });
    await expectFailure(403, 'webhooks_permission_missing');
  });

  it('where 404 hides that the token may not see webhooks names the right', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks', method: 'POST', status: 404 });
    await expectFailure(403, 'webhooks_permission_missing');
  });

  it('while GitHub is down leaves nothing behind', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}', status: 503 });
    await expectFailure(502, 'github_unavailable');
  });

  it('when nobody knows whether the webhook was made, is taken back when GitHub has none', async () => {
    stage.github.fail({ route: HOOKS, times: 2, reset: 'before' });
    expect((await connect()).status).toBe(502);
    await waitFor('the look at GitHub', () => readRows().length === 0);
    expect(hooks()).toEqual([]);
  });

  it('when the answer was lost, is completed when GitHub has the webhook', async () => {
    stage.github.fail({ route: HOOKS, method: 'POST', reset: 'after-accepting' });
    stage.github.fail({ route: HOOKS, method: 'GET', status: 502 });
    expect((await connect()).status).toBe(502);
    const [row] = await waitFor('the look at GitHub', () => {
      const rows = readRows();
      return rows[0]?.['state'] === 'connected' && rows;
    });
    expect(hooks()).toMatchObject([{ id: row?.['hook_id'], secret: row?.['secret'] }]);
    expect((await stage.scene.send()).body).toMatchObject({ status: 'received' });
  });

  it('when the answer was lost and GitHub asks to wait, is completed all the same', async () => {
    stage.github.fail({ route: HOOKS, method: 'POST', status: 502, accepted: true });
    stage.github.fail({ route: HOOKS, method: 'GET', status: 429 });
    expect((await connect()).status).toBe(502);
    await waitFor('the look at GitHub', () => readRows()[0]?.['state'] === 'connected');
    expect((await stage.scene.send()).body).toMatchObject({ status: 'received' });
  });

  it.each([
    ['that was never connected is forgotten', false],
    ['that was connected before is listed as it was', true],
  ])('of a repository that is gone by now and %s', async (_, wasConnected) => {
    await stage.open({ reconcileEveryMs: 20 });
    if (wasConnected) {
      await connect();
      const [hook] = hooks();
      if (hook) hook.active = false;
    }
    const route = wasConnected ? `${HOOKS}/{hook_id}` : HOOKS;
    const onHit = () => stage.github.deleteRepository(stage.scene.repo);
    stage.github.fail({ route, method: wasConnected ? 'PATCH' : 'POST', status: 502, onHit });
    stage.github.fail({ route: HOOKS, method: 'GET', status: 502 });
    expect((await connect()).status).toBe(502);
    await waitFor('its end', () => readRows().every(({ state }) => state === 'connected'));
    expect(readRows()).toHaveLength(wasConnected ? 1 : 0);
    const { body } = await stage.scene.forwarder.ask('GET', '/api/v1/audit?limit=1');
    expect(body['entries']).toMatchObject([
      { action: 'connect', repo: stage.scene.repo, outcome: 'repository_not_found', address: null },
    ]);
  });

  it('of a repository whose name was taken leaves the webhook of the other alone', async () => {
    await stage.open({ reconcileEveryMs: 20 });
    const { github, scene } = stage;
    const name = scene.repo.split('/')[1] ?? '';
    const onHit = () => github.renameRepository(scene.repo, `${name}-moved`);
    github.fail({ route: HOOKS, method: 'POST', status: 502, accepted: true, onHit });
    const hide = github.fail({ route: HOOKS, method: 'GET', status: 502, times: 1000 });
    expect((await connect()).status).toBe(502);
    const other = await github.createRepository('ada', name, { files: { a: 'a' } });
    const [mine] = hooks();
    other.hooks.push({ ...mine, id: 4711, secret: 'of the other' } as (typeof other.hooks)[number]);
    hide();
    await waitFor('the end', () => readRows()[0]?.['state'] === 'connected');
    expect(readRows()).toMatchObject([{ full_name: `${scene.repo}-moved`, hook_id: mine?.id }]);
    expect(other.hooks).toMatchObject([{ secret: 'of the other' }]);
  });

  it('beyond the pace that GitHub allows says when to come back', async () => {
    const time = new Date();
    await stage.open({ now: () => time });
    const answers = new Set<string>();
    for (let at = 0; at < 21; at += 1) {
      const [hook] = hooks();
      if (hook) hook.active = false; // so that it is mended
      const { status, headers } = await connect();
      answers.add(`${status} ${headers.get('retry-after')}`);
    }
    expect([...answers]).toEqual(['201 null', '503 1']);
    expect(readRows()).toMatchObject([{ state: 'connected', hook_id: hooks()[0]?.id }]);
  });

  it('again for one that was interrupted keeps what it knows', async () => {
    await connect();
    const [hook] = hooks();
    const db = new Database(stage.scene.forwarder.databasePath);
    db.exec("update connections set state = 'connecting'");
    db.close();
    stage.github.fail({ route: `${HOOKS}/{hook_id}`, method: 'PATCH', status: 403 });
    expect((await connect()).status).toBe(403);
    expect(readRows()).toMatchObject([{ hook_id: hook?.id, secret: hook?.secret, state: 'connecting' }]);
    expect((await stage.scene.send()).status).toBe(200);
  });

  it('says no secret in the log, whatever GitHub refuses', async () => {
    stage.github.fail({ route: HOOKS, method: 'POST', status: 502, accepted: true });
    stage.github.fail({ route: HOOKS, method: 'GET', status: 502 });
    stage.github.fail({ route: `${HOOKS}/{hook_id}`, method: 'PATCH', status: 500 });
    await connect();
    const log = () => stage.scene.forwarder.log.join('');
    await waitFor('the failed look', () => log().includes('could not be mended yet'));
    const [row] = readRows();
    expect(String(row?.['secret'])).toMatch(/^[0-9a-f]{64}$/);
    expect(log()).not.toContain(row?.['secret']);
    expect(log()).not.toContain(stage.scene.token);
  });

  it.each([
    [
      'that has webhooks enough',
      'hook_limit_reached',
      409,
      'The "issues" event cannot have more than 20 hooks',
    ],
    [
      'from an address that GitHub cannot reach',
      'backend_url_unreachable',
      422,
      "url is not supported because it isn't reachable over the public Internet (10.0.0.1)",
    ],
    ['with what GitHub refuses for good', 'github_refused', 422, 'config is odd'],
  ])('for a repository %s says so', async (_, error, status, message) => {
    const body = { message: 'Validation Failed', errors: [{ resource: 'Hook', code: 'custom', message }] };
    stage.github.fail({ route: HOOKS, method: 'POST', status: 422, body });
    await expectFailure(status, error);
  });

  it('at a rate limit says when to come back', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}', status: 403, headers: { 'retry-after': '17' } });
    const { status, headers, body } = await connect();
    expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'github_rate_limited' });
    expect(headers.get('retry-after')).toBe('17');
  });

  it('for a repository with twenty webhooks says so, and leaves them alone', async () => {
    const { repo, token, github } = stage.scene;
    for (let at = 0; at < 20; at += 1) {
      const hook = { config: { url: `http://127.0.0.1:9/${at}`, content_type: 'json' }, events: ['issues'] };
      const made = await fetch(`${github.apiUrl}/repos/${repo}/hooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'user-agent': 'by-hand' },
        body: JSON.stringify(hook),
      });
      expect(made.status).toBe(201);
    }
    await expectFailure(409, 'hook_limit_reached');
    expect(hooks()).toHaveLength(20);
  });

  it('leaves a connection that was there as it was', async () => {
    await connect();
    const before = readRows().map((row) => ({ ...row, updated_at: 'any' }));
    hooks().splice(0);
    stage.github.fail({ route: HOOKS, method: 'POST', status: 422 });
    expect((await connect()).status).toBe(422);
    expect(readRows().map((row) => ({ ...row, updated_at: 'any' }))).toEqual(before);
  });

  it('in doubt about the webhook of a connection that was there, accepts the old secret and the new', async () => {
    await connect();
    const [hook] = hooks();
    const old = hook?.secret ?? '';
    if (hook) hook.active = false;
    stage.github.fail({ route: `${HOOKS}/{hook_id}`, method: 'PATCH', reset: 'after-accepting' });
    expect((await connect()).status).toBe(502);
    expect(hook?.secret).not.toBe(old);
    const options = { hookId: hook?.id ?? 0 };
    expect((await stage.scene.send({ number: 1 }, { ...options, secret: old })).status).toBe(200);
    expect((await stage.scene.send({ number: 2 })).status).toBe(200);
  });

  it.each(['ada/..', 'ada/%2e%2e', 'a%2Fb/c', '-ada/engine', 'ada/en%20gine', `ada/${'x'.repeat(101)}`])(
    'for the name %s asks nothing of GitHub',
    async (name) => {
      const before = stage.github.requests.length;
      const { status } = await stage.scene.forwarder.ask('POST', `/api/v1/repos/${name}/install`);
      expect([400, 404]).toContain(status);
      expect(stage.github.requests).toHaveLength(before);
    },
  );
});
