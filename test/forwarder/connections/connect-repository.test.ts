import Database from 'better-sqlite3';
import { describe, expect, it } from '@jest/globals';
import { startLocalForwarder } from '../local-forwarder.ts';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const connect = () => stage.scene.connect();
const hooks = () => stage.scene.hooks();
const hookUrl = () => `${stage.scene.forwarder.url}/api/v1/webhooks/github`;
const readRows = () => stage.scene.readConnections();

describe('connecting', () => {
  it('makes the webhook as GitHub should call us, with a secret of its own', async () => {
    const { status, body } = await connect();
    const [hook] = hooks();
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        status: 'connected',
        installation_id: 1,
        repo: stage.scene.repo,
        webhook_id: hook?.id,
        ping: 'received',
      },
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
    await stage.github.settled();
    expect(stage.github.deliveries(stage.scene.repo)).toMatchObject([{ event: 'ping', statusCode: 200 }]);
  });

  it('verifies by the new secret what comes while it is still connecting', async () => {
    stage.github.fail({
      route: '/repos/{owner}/{repo}/hooks',
      method: 'POST',
      hang: 'after-accepting',
      ms: 300,
    });
    const connecting = connect();
    const hook = await waitFor('the webhook', () => hooks()[0]);
    const other = { id: 1, full_name: stage.scene.repo };
    const options = { secret: hook.secret ?? '', hookId: hook.id };
    expect((await stage.scene.send({}, options)).status).toBe(200);
    expect((await stage.scene.send({ repository: other }, options)).status).toBe(403);
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
    const shouted = stage.scene.repo.toUpperCase();
    const { body } = await stage.scene.forwarder.ask('POST', `/api/v1/repos/${shouted}/install`);
    expect(body).toMatchObject({ repo: stage.scene.repo });
  });

  it('again mends a connection whose secret no key opens, and keeps it from spoiling anything else', async () => {
    const { scene } = stage;
    await connect();
    const db = new Database(scene.forwarder.databasePath);
    db.exec(`update connections set secret = 'v1.00000000.' || substr(secret, 13)`);
    db.close();
    expect((await scene.send()).status).toBe(403);
    const doctor = await scene.forwarder.ask('GET', `/api/v1/repos/${scene.repo}/doctor`);
    expect(JSON.stringify(doctor.body)).toContain(
      'The secret of the webhook cannot be read with SECRETS_KEY',
    );
    expect((await scene.forwarder.ask('GET', '/api/v1/repos')).status).toBe(200);
    expect((await scene.forwarder.ask('POST', '/api/v1/reconcile')).status).toBe(200);
    expect(await connect()).toMatchObject({ status: 201, body: { ping: 'received' } });
    expect(hooks()).toHaveLength(1);
    expect((await scene.send()).status).toBe(200);
    const told = scene.forwarder.log.filter((line) => line.includes('a secret cannot be read'));
    expect(told).toHaveLength(1);
  });

  it('is told at the start of a forwarder that was given another key', async () => {
    await connect();
    await stage.scene.forwarder.stop();
    const replica = await startLocalForwarder({
      databasePath: stage.scene.forwarder.databasePath,
      environment: { SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') },
    });
    try {
      expect(replica.log.filter((line) => line.includes('THEIR DELIVERIES ARE REFUSED'))).toEqual([
        expect.stringMatching(/"count":1,"of":1,.*SECRETS_KEY does not open/),
      ]);
    } finally {
      await replica.close();
    }
  });

  it('adopts a webhook that points here already, with a new secret', async () => {
    await connect();
    const [hook] = hooks();
    const before = hook?.secret;
    const db = new Database(stage.scene.forwarder.databasePath);
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
    await stage.github.settled();
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
    await stage.open({ githubTimeoutMs: 1000 });
    stage.github.fail({
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

describe('secrets', () => {
  it('are in no answer and in no line of the log', async () => {
    const texts = [await connect(), await connect(), await stage.scene.forwarder.ask('GET', '/api/v1/repos')];
    const seen = JSON.stringify(texts.map(({ body }) => body)) + stage.scene.forwarder.log.join('');
    for (const secret of [hooks()[0]?.secret ?? 'none', stage.scene.token])
      expect(seen).not.toContain(secret);
  });
});
