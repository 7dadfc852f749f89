import { beforeEach, describe, expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const rotate = () => stage.scene.forwarder.ask('POST', `/api/v1/repos/${stage.scene.repo}/rotate`);
const readRow = () => stage.scene.readConnections()[0];
const HOOK = '/repos/{owner}/{repo}/hooks/{hook_id}';

describe('rotating a secret', () => {
  let old: string;

  beforeEach(async () => {
    await stage.scene.connect();
    old = stage.scene.hooks()[0]?.secret ?? '';
  });

  it('gives the webhook a new one, and forgets the old one once GitHub has used the new', async () => {
    const { status, body } = await rotate();
    const [hook] = stage.scene.hooks();
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'rotated', repo: stage.scene.repo, webhook_id: hook?.id });
    expect(hook?.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(hook?.secret).not.toBe(old);
    await waitFor('the end of the rotation', () => readRow()?.['previous_secret'] === null);
    expect(readRow()).toMatchObject({ secret: hook?.secret });
    expect((await stage.scene.send()).status).toBe(200);
    expect((await stage.scene.send({}, { secret: old })).status).toBe(403);
  });

  it('accepts both while GitHub may still sign with the old', async () => {
    stage.github.fail({ method: 'PATCH', route: HOOK, status: 502, times: 1 });
    expect(await rotate()).toMatchObject({ status: 502, body: { error: 'github_unavailable' } });
    expect(readRow()?.['previous_secret']).not.toBeNull();
    expect((await stage.scene.send({ number: 1 }, { secret: old })).status).toBe(200);
    expect((await stage.scene.send({ number: 2 }, { secret: String(readRow()?.['secret']) })).status).toBe(
      200,
    );
  });

  it('is believed under the new one when GitHub took it and the answer was lost', async () => {
    stage.github.fail({ method: 'PATCH', route: HOOK, reset: 'after-accepting' });
    expect((await rotate()).status).toBe(502);
    expect(stage.scene.hooks()[0]?.secret).not.toBe(old);
    expect((await stage.scene.send()).status).toBe(200);
    await waitFor('the end of the rotation', () => readRow()?.['previous_secret'] === null);
  });

  it('twice without an answer still believes the one that GitHub uses', async () => {
    stage.github.fail({ method: 'PATCH', route: HOOK, status: 502, times: 2 });
    expect((await rotate()).status).toBe(502);
    const pending = readRow()?.['secret'];
    expect((await rotate()).status).toBe(502);
    expect(readRow()?.['secret']).toBe(pending);
    expect((await stage.scene.send({}, { secret: old })).status).toBe(200);
  });

  it('leaves the old one valid when GitHub refuses', async () => {
    stage.github.fail({ method: 'PATCH', route: HOOK, status: 403 });
    expect((await rotate()).status).toBe(403);
    expect(readRow()).toMatchObject({ secret: old, previous_secret: null });
    expect((await stage.scene.send()).status).toBe(200);
  });

  it('says of a webhook that is gone to connect again', async () => {
    stage.scene.hooks().splice(0);
    expect(await rotate()).toMatchObject({ status: 409, body: { error: 'webhook_not_found' } });
    expect(readRow()).toMatchObject({ secret: old, previous_secret: null });
  });
});

it('rotating what is not connected is refused', async () => {
  expect(await rotate()).toMatchObject({ status: 404, body: { error: 'not_connected' } });
});
