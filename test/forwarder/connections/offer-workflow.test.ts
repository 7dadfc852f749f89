import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';

const permissions = {
  repository_hooks: 'write',
  contents: 'write',
  workflows: 'write',
  pull_requests: 'write',
  metadata: 'read',
} as const;
const stage = setStage({ permissions });
const PATH = '.github/workflows/nectr.yml';

async function connect(query: string) {
  const answer = await stage.scene.forwarder.ask(
    'POST',
    `/api/v1/repos/${stage.scene.repo}/install?${query}`,
  );
  return { status: answer.status, body: answer.body, workflow: answer.body['workflow'] };
}

const readOffer = () => stage.github.readFile(stage.scene.repo, 'nectr/add-workflow', PATH);

describe('connecting with ?workflow=pull-request', () => {
  it('proposes the workflow of the README', async () => {
    const { status, workflow } = await connect('workflow=pull-request');
    expect(status).toBe(201);
    expect(workflow).toEqual({
      status: 'proposed',
      pull_request: 1,
      url: `${stage.github.url}/${stage.scene.repo}/pull/1`,
    });
    expect(await readOffer()).toBe(await readFile('docs/samples/nectr.yml', 'utf8'));
    expect(stage.github.pullRequest(stage.scene.repo, 1)).toMatchObject({
      base: { branch: 'main' },
      body: expect.stringMatching(/ANTHROPIC_API_KEY[^]*in place of `OWNER\/nectr@v1`/),
    });
  });

  it('names the action that was asked for', async () => {
    await connect('workflow=pull-request&uses=acme/nectr@v2');
    expect(await readOffer()).toContain('uses: acme/nectr@v2\n');
    expect(stage.github.pullRequest(stage.scene.repo, 1).body).not.toContain('OWNER');
  });

  it('asked again finds what it has proposed', async () => {
    const { workflow } = await connect('workflow=pull-request');
    const again = await connect('workflow=pull-request');
    expect(again).toMatchObject({ status: 200, workflow });
  });

  it('goes on where an earlier request was interrupted', async () => {
    stage.github.fail({ route: '/repos/{owner}/{repo}/pulls', method: 'POST', status: 502 });
    expect((await connect('workflow=pull-request')).workflow).toMatchObject({
      status: 'failed',
      error: 'github_unavailable',
    });
    expect((await connect('workflow=pull-request')).workflow).toMatchObject({ status: 'proposed' });
  });

  it('proposes nothing where a workflow listens', async () => {
    const files = { '.github/workflows/review.yml': await readFile('docs/samples/nectr.yml', 'utf8') };
    await stage.github.commit(stage.scene.repo, 'main', { files, message: 'Review' });
    expect((await connect('workflow=pull-request')).workflow).toEqual({
      status: 'present',
      path: '.github/workflows/review.yml',
    });
  });

  it('is connected all the same when the token may not propose it, and says which right is missing', async () => {
    await stage.open({ permissions: { ...permissions, workflows: 'read' } });
    const { status, body, workflow } = await connect('workflow=pull-request');
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'connected' } });
    expect(workflow).toEqual({
      status: 'failed',
      error: 'workflow_permission_missing',
      message: expect.stringMatching(/Contents, Workflows and Pull requests: write/),
    });
  });

  it.each(['workflow=yes', 'workflow=pull-request&uses=rm -rf', 'uses=a/b'])(
    'answers ?%s with what is allowed',
    async (query) => {
      const { status, body } = await connect(query);
      expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_query' });
      expect(stage.scene.hooks()).toEqual([]);
    },
  );
});
