import { describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const connect = () => stage.scene.connect();
const hooks = () => stage.scene.hooks();
const hookUrl = () => `${stage.scene.forwarder.url}/api/v1/webhooks/github`;

async function listRepos() {
  const { status, body } = await stage.scene.forwarder.ask('GET', '/api/v1/repos');
  expect(status).toBe(200);
  return body['repos'] as Record<string, unknown>[];
}

describe('the list of repositories', () => {
  it('is empty at first', async () => {
    expect(await listRepos()).toEqual([]);
  });

  it('shows each with what its webhook last answered', async () => {
    await connect();
    await stage.github.settled();
    await waitFor('the webhook to be read', async () => {
      const [repo] = await listRepos();
      return repo?.['last_response'] !== null;
    });
    expect(await listRepos()).toEqual([
      {
        repo: stage.scene.repo,
        repository_id: stage.scene.repositoryId,
        installation_id: 1,
        webhook_id: hooks()[0]?.id,
        paused: null,
        connected_at: expect.stringMatching(/Z$/),
        last_response: { code: 200, status: 'active', message: 'OK' },
        last_response_read_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('shows what cannot be read as an error there', async () => {
    await connect();
    stage.github.fail({ route: '/repos/{owner}/{repo}/hooks/{hook_id}', status: 500 });
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
    const { status, body } = await stage.scene.forwarder.ask(
      'GET',
      `/api/v1/repos/${stage.scene.repo}/hooks`,
    );
    expect({ status, repo: body['repo'] }).toEqual({ status: 200, repo: stage.scene.repo });
    expect(body['hooks']).toMatchObject([
      { id: ours?.id, ours: true, active: true, config: { url: hookUrl() } },
      { id: 5, ours: false, config: { url: 'https://ci.example.com/build' } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/secret|\*\*\*|pass/);
  });

  it('of a connected repository that is gone are 404, and blame no right', async () => {
    await connect();
    stage.github.deleteRepository(stage.scene.repo);
    const { status, body } = await stage.scene.forwarder.ask(
      'GET',
      `/api/v1/repos/${stage.scene.repo}/hooks`,
    );
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'repository_not_found' });
  });

  it('of a repository that is unknown are 404', async () => {
    const { status, body } = await stage.scene.forwarder.ask('GET', '/api/v1/repos/ada/nowhere/hooks');
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'repository_not_found' });
  });
});
