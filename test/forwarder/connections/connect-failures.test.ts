import { describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';

const stage = setStage();
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
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks', times: 2, reset: 'before' });
    await expectFailure(502, 'github_unavailable');
    expect(hooks()).toEqual([]);
  });

  it('at a rate limit says when to come back', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}', status: 403, headers: { 'retry-after': '17' } });
    const { status, headers, body } = await connect();
    expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'github_rate_limited' });
    expect(headers.get('retry-after')).toBe('17');
  });

  it('with what GitHub refuses for good tells its words', async () => {
    const body = {
      message: 'Validation Failed',
      errors: [{ message: 'url is not supported because it is local' }],
    };
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks', method: 'POST', status: 422, body });
    const answer = await connect();
    expect(answer).toMatchObject({ status: 422, body: { error: 'github_refused', message: /it is local/ } });
    expect(readRows()).toEqual([]);
  });

  it('leaves a connection that was there as it was', async () => {
    await connect();
    const before = readRows().map((row) => ({ ...row, updated_at: 'any' }));
    hooks().splice(0);
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks', times: 2, status: 500 });
    expect((await connect()).status).toBe(502);
    expect(readRows().map((row) => ({ ...row, updated_at: 'any' }))).toEqual(before);
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
