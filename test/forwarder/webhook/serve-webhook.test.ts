import { createRequire } from 'node:module';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composePullRequest, deliver, REPOSITORY, sign } from '../delivery.ts';
import { FAST_RETRIES, GLOBAL_SECRET, startLocalForwarder, type LocalForwarder } from '../local-forwarder.ts';

const MAX_BODY_BYTES = 25 * 1024 * 1024;
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}[];

let forwarder: LocalForwarder;
let nextNumber = 100;
/** A pull request that no other test has. */
const freshPullRequest = () => composePullRequest({ number: nextNumber++ });

beforeAll(async () => {
  // Without a token nothing is dispatched; what waits for one must not be given up while a test looks.
  forwarder = await startLocalForwarder({
    policy: { ...FAST_RETRIES, tokenWaitMs: 60_000, maxAgeMs: 3_600_000 },
  });
});
afterAll(() => forwarder.close());

async function readEvent(id: unknown) {
  return (await forwarder.ask('GET', `/api/v1/events/${String(id)}`)).body;
}

async function countEvents(): Promise<number> {
  const { body } = await forwarder.ask('GET', '/api/v1/events?limit=1');
  return (body['events'] as { id: number }[])[0]?.id ?? 0;
}

describe('a signed delivery', () => {
  it.each(['opened', 'synchronize'])(
    'pull_request %s is received and waits for its dispatch',
    async (action) => {
      const payload = { ...freshPullRequest(), action };
      const { status, body } = await deliver(forwarder.url, payload, { deliveryId: `of-${action}` });
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: 'received', event_id: expect.any(Number), event_type: `${action}_pull_request` },
      });
      expect(await readEvent(body['event_id'])).toMatchObject({
        delivery_id: `of-${action}`,
        repo: REPOSITORY.full_name,
        repository_id: REPOSITORY.id,
        event_type: `${action}_pull_request`,
        pull_request: payload.number,
        head_sha: 'a'.repeat(40),
        status: expect.stringMatching(/pending|processing/),
      });
    },
  );

  it.each([
    ['pull_request', 'reopened', 'reopened_pull_request'],
    ['pull_request', 'ready_for_review', 'ready_for_review_pull_request'],
    ['pull_request', 'labeled', 'labeled_pull_request'],
    ['pull_request', 'closed', 'closed_pull_request'],
    ['issues', 'opened', 'opened_issue'],
    ['pull_request_review', 'submitted', 'submitted_pull_request_review'],
    ['ping', undefined, 'ping'],
    ['push', undefined, 'push'],
  ])('%s %s is received and stored as ignored', async (event, action, eventType) => {
    const { status, body } = await deliver(forwarder.url, { ...freshPullRequest(), action }, { event });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'received', event_type: eventType },
    });
    expect(await readEvent(body['event_id'])).toMatchObject({
      status: 'ignored',
      reason: expect.any(String),
      completed_at: expect.any(String),
    });
  });

  it('of a pull request that lacks what a dispatch needs is ignored with what it lacks', async () => {
    const { pull_request: pull, ...payload } = freshPullRequest();
    const { body } = await deliver(forwarder.url, {
      ...payload,
      pull_request: { ...pull, head: { sha: 'HEAD' } },
    });
    expect(await readEvent(body['event_id'])).toMatchObject({
      status: 'ignored',
      reason: 'the payload lacks pull_request.head.sha',
    });
  });

  it('that names a pull request by a number that no database keeps is ignored', async () => {
    const { body } = await deliver(forwarder.url, { ...freshPullRequest(), number: 3_000_000_000 });
    expect(await readEvent(body['event_id'])).toMatchObject({
      status: 'ignored',
      reason: 'the payload lacks number',
    });
  });

  it('that is a ping counts as come each time, though it is the same byte for byte', async () => {
    const ping = { zen: 'Keep it logically awesome.', hook_id: 1, repository: freshPullRequest().repository };
    const first = await deliver(forwarder.url, ping, { event: 'ping' });
    const second = await deliver(forwarder.url, ping, { event: 'ping' });
    expect([first.body['status'], second.body['status']]).toEqual(['received', 'received']);
  });

  it('of a pull request whose fork is gone is received', async () => {
    const payload = freshPullRequest();
    expect(payload.pull_request.head.repo).toBeNull();
    expect((await deliver(forwarder.url, payload)).body).toMatchObject({ status: 'received' });
  });

  it('without a repository is ignored, with no repository', async () => {
    const payload = { action: 'member_added', organization: { login: 'octo' }, at: nextNumber++ };
    const { status, body } = await deliver(forwarder.url, payload, { event: 'organization' });
    expect(status).toBe(200);
    expect(await readEvent(body['event_id'])).toMatchObject({
      repo: null,
      repository_id: null,
      status: 'ignored',
    });
  });

  it.each([
    ['emoji', Buffer.from(JSON.stringify({ ...composePullRequest({ number: 51 }), title: '👩‍🚀 — ünïcode' }))],
    ['a byte order mark', Buffer.from(`\uFEFF${JSON.stringify(composePullRequest({ number: 52 }))}`)],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from('{"title":"'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from(`",${JSON.stringify(composePullRequest({ number: 53 })).slice(1)}`),
      ]),
    ],
  ])('with %s in its body is verified over the bytes', async (_, bytes) => {
    expect((await deliver(forwarder.url, bytes)).body).toMatchObject({
      status: 'received',
      event_type: 'opened_pull_request',
    });
  });

  it('may name a charset in its content type', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await deliver(forwarder.url, freshPullRequest(), { headers })).status).toBe(200);
  });

  it('of a GitHub App is answered as ignored and not stored, whoever signed it', async () => {
    const before = await countEvents();
    const headers = { 'x-github-hook-installation-target-type': 'integration' };
    const { status, body } = await deliver(forwarder.url, freshPullRequest(), {
      headers,
      secret: 'of the app',
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ignored', reason: expect.any(String) },
    });
    expect(await countEvents()).toBe(before);
  });
});

describe('a delivery that is refused', () => {
  const refusal = { error: 'invalid_signature', message: expect.any(String) };

  it('gets the same 403 whatever the cause, and is not stored', async () => {
    const before = await countEvents();
    const payload = freshPullRequest();
    const texts = await Promise.all(
      [
        { secret: null },
        { secret: 'wrong' },
        { secret: '' },
        { secret: 'wrong', hookId: 123_456 },
        { secret: 'wrong', hookId: 'not a number' },
        { secret: 'wrong', headers: { 'x-github-event': undefined } },
        { headers: { 'x-hub-signature-256': sign('another body', GLOBAL_SECRET) } },
        { headers: { 'x-hub-signature-256': undefined, 'x-hub-signature': sign('', GLOBAL_SECRET) } },
      ].map(async (options) => {
        const { status, body } = await deliver(forwarder.url, payload, options);
        expect({ status, body }).toEqual({ status: 403, body: refusal });
        return JSON.stringify(body);
      }),
    );
    expect(new Set(texts).size).toBe(1);
    expect(await countEvents()).toBe(before);
  });

  it('is not parsed before it is verified', async () => {
    expect((await deliver(forwarder.url, Buffer.from('not JSON'), { secret: 'wrong' })).status).toBe(403);
  });

  it.each([
    ['not JSON', Buffer.from('{"action":')],
    ['empty', Buffer.alloc(0)],
    ['a JSON array', Buffer.from('[]')],
    ['a JSON number', Buffer.from('1')],
    ['null', Buffer.from('null')],
  ])('gets 400 when its signed body is %s', async (_, bytes) => {
    const { status, body } = await deliver(forwarder.url, bytes);
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: 'invalid_json', message: 'The body is not a JSON object.' },
    });
  });

  it.each(['x-github-event', 'x-github-delivery'])('gets 400 when signed but without %s', async (name) => {
    for (const value of [undefined, '', 'Ä', 'x'.repeat(101)]) {
      const headers = { [name]: value && encodeURI(value).replaceAll('%', ' ') };
      const { status, body } = await deliver(forwarder.url, freshPullRequest(), { headers });
      expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_header' });
    }
  });

  it.each([
    undefined,
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/json-patch+json',
    'text/plain, application/json',
  ])('gets 415 with the content type %s', async (type) => {
    const headers = { 'content-type': type };
    const { status, body } = await deliver(forwarder.url, freshPullRequest(), { headers });
    expect({ status, error: body['error'] }).toEqual({ status: 415, error: 'unsupported_media_type' });
  });

  it('gets 415 when it is compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await deliver(forwarder.url, freshPullRequest(), { headers })).status).toBe(415);
  });

  it('is told only what is at the address', async () => {
    const { status, body } = await forwarder.ask('GET', '/api/v1/webhooks/github');
    expect({ status, error: body['error'] }).toEqual({ status: 404, error: 'not_found' });
  });

  it('is in the log with its delivery, and the log has no secret', () => {
    expect(forwarder.log.join('')).toContain('Invalid webhook signature for an unknown webhook');
    expect(forwarder.log.join('')).not.toContain(GLOBAL_SECRET);
  });
});

const padded = (size: number): Buffer => {
  const text = JSON.stringify({ action: 'created', padding: '' });
  return Buffer.from(text.replace('""', `"${'x'.repeat(size - text.length)}"`));
};

async function postStream(bytes: Buffer, headers: Record<string, string | number>) {
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const signed = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': `of-${bytes.byteLength}-${JSON.stringify(headers).length}`,
      'x-hub-signature-256': sign(bytes, GLOBAL_SECRET),
      ...headers,
    };
    const options = { method: 'POST', headers: signed, agent: false };
    const request = httpRequest(`${forwarder.url}/api/v1/webhooks/github`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
      });
    });
    // The server may close while the rest is still being sent: the answer has come before.
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) reject(error);
    });
    for (let at = 0; at < bytes.byteLength; at += 1 << 20) request.write(bytes.subarray(at, at + (1 << 20)));
    request.end();
  });
}

describe('the size of a body', () => {
  it('may be 25 MiB', async () => {
    const body = padded(MAX_BODY_BYTES);
    expect(body.byteLength).toBe(26_214_400);
    expect((await deliver(forwarder.url, body, { event: 'push' })).status).toBe(200);
  });

  it('is refused with 413 one byte above, by its declared length', async () => {
    const { status, body } = await postStream(padded(MAX_BODY_BYTES + 1), {
      'content-length': MAX_BODY_BYTES + 1,
    });
    expect({ status, body }).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
  });

  it('is refused with 413 one byte above, also when it comes in chunks', async () => {
    const { status } = await postStream(padded(MAX_BODY_BYTES + 1), { 'transfer-encoding': 'chunked' });
    expect(status).toBe(413);
  });

  it('may be 25 MiB in chunks', async () => {
    const body = padded(MAX_BODY_BYTES);
    body.write('deleted', body.indexOf('created'));
    expect((await postStream(body, { 'transfer-encoding': 'chunked' })).status).toBe(200);
  });
});

describe("GitHub's example payloads", () => {
  const all = examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload, index) => ({ name, index, payload })),
  );

  it('are all answered with 200: received, or a duplicate of another example', async () => {
    expect(all.length).toBeGreaterThan(300);
    const counts = { received: 0, duplicate_skipped: 0 };
    for (const { name, index, payload } of all) {
      const { status, body } = await deliver(forwarder.url, payload, {
        event: name,
        deliveryId: `${name}-${index}`,
      });
      expect({ name, index, status, body }).toMatchObject({
        status: 200,
        body: {
          status: expect.stringMatching(/^(received|duplicate_skipped)$/),
          event_id: expect.any(Number),
        },
      });
      counts[body['status'] as keyof typeof counts] += 1;
    }
    expect(counts.received).toBeGreaterThan(300);
  });

  it('start a review only where a pull request was opened or got commits', async () => {
    const { body } = await forwarder.ask('GET', '/api/v1/events?limit=100');
    const events = body['events'] as { event_type: string; status: string }[];
    expect(events.length).toBe(100);
    const others = events.filter(({ event_type }) => !/^(opened|synchronize)_pull_request$/.test(event_type));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['ignored']));
  });
});

describe('in development', () => {
  it('signatures are not checked, and each delivery says so in the log', async () => {
    const development = await startLocalForwarder({ environment: { APP_ENV: 'development' } });
    try {
      const answer = await deliver(development.url, composePullRequest(), {
        secret: null,
        deliveryId: 'by-hand',
      });
      expect(answer.body).toMatchObject({ status: 'received' });
      const warnings = development.log.filter((line) => /NOT checked/i.test(line));
      expect(warnings).toEqual([
        expect.stringContaining('SIGNATURES OF DELIVERIES ARE NOT CHECKED'),
        expect.stringContaining('by-hand'),
      ]);
    } finally {
      await development.close();
    }
  });

  it('everything else is asked as in production', async () => {
    const development = await startLocalForwarder({ environment: { APP_ENV: 'development' } });
    try {
      const options = { secret: null };
      expect((await deliver(development.url, Buffer.from('x'), options)).status).toBe(400);
      expect(
        (await deliver(development.url, {}, { ...options, headers: { 'x-github-event': undefined } })).status,
      ).toBe(400);
      expect(
        (await deliver(development.url, {}, { ...options, headers: { 'content-type': 'text/plain' } }))
          .status,
      ).toBe(415);
    } finally {
      await development.close();
    }
  });
});

describe('without a global secret', () => {
  it('a delivery of an unknown webhook is refused, also when signed with an empty one', async () => {
    const closed = await startLocalForwarder({ environment: { GITHUB_WEBHOOK_SECRET: '' } });
    try {
      for (const secret of ['', 'undefined', 'no key', null]) {
        expect((await deliver(closed.url, composePullRequest(), { secret })).status).toBe(403);
      }
    } finally {
      await closed.close();
    }
  });
});

describe('the actions of pull requests', () => {
  it('that start a review are those of PULL_REQUEST_ACTIONS', async () => {
    const own = await startLocalForwarder({ environment: { PULL_REQUEST_ACTIONS: 'reopened' } });
    const actions = ['opened', 'reopened', 'ready_for_review'];
    for (const [at, action] of actions.entries()) {
      await deliver(own.url, composePullRequest({ action, number: at + 1 }));
    }
    const { body } = await own.ask('GET', '/api/v1/events');
    const statuses = (body['events'] as { status: string }[]).map(({ status }) => status === 'ignored');
    expect(statuses).toEqual([true, false, true]);
    await own.close();
  });
});
