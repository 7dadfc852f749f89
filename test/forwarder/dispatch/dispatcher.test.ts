// The loop on a real store, with tokens that have used up their pace.
import { afterEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dispatcher } from '../../../forwarder/dispatch/dispatcher.ts';
import { Governor } from '../../../forwarder/dispatch/governor.ts';
import type { GitHubAccess } from '../../../forwarder/github/github-access.ts';
import { openGitHub } from '../../../forwarder/github/open-github.ts';
import { RateBudgets } from '../../../forwarder/github/rate-budgets.ts';
import type { Inbox } from '../../../forwarder/inbox/inbox.ts';
import { openInbox } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { waitFor } from '../wait-for.ts';

const log = openLog('silent');
const metrics = { countDispatch: () => {} };
// Nobody answers there: an attempt shows as a failure.
const github = openGitHub({ credentials: { token: 'x' }, apiUrl: 'http://127.0.0.1:9', log });
const now = (): Date => new Date();
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function open(): Promise<Inbox> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-dispatcher-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const database = { kind: 'sqlite', path: join(folder, 'nectr.db') } as const;
  const inbox = await openInbox(database, { secretsKeys: [Buffer.alloc(32, 1)], log });
  ends.push(() => inbox.close());
  return inbox;
}

async function connect({ connections }: Inbox, repositoryId: number, tokenKey: string): Promise<number> {
  const repository = { repositoryId, fullName: `octo/app-${repositoryId}`, secret: 'x'.repeat(64) };
  const { id } = await connections.begin(repository, now());
  await connections.complete(id, repositoryId, now());
  await connections.resume(repositoryId, tokenKey);
  return id;
}

async function push({ events }: Inbox, connectionId: number, repositoryId: number, pullRequest: number) {
  const sha = 'a'.repeat(40);
  const name = `${repositoryId}-${pullRequest}`;
  const facts = { repositoryId, pullRequest, headSha: sha, baseSha: sha, updatedAt: now().toISOString() };
  const type = { eventType: 'opened_pull_request', action: 'opened', effect: 'dispatch' } as const;
  const repo = `octo/app-${repositoryId}`;
  const event = { deliveryId: name, bodyDigest: name, repo, repositoryId, facts, ...type };
  await events.store(event, { connectionId }, now());
}

/** The pace of the first is used up, the second's is not. */
const take = (tokenKey: string) => {
  const hold = { until: new Date(Date.now() + 60_000), isAsked: false };
  return Promise.resolve(tokenKey === 'installation:1' ? hold : undefined);
};

it('what a used-up token holds back is not taken and put back again and again, and keeps nobody else', async () => {
  const inbox = await open();
  const busy = await connect(inbox, 1, 'installation:1');
  const free = await connect(inbox, 2, 'installation:2');
  for (let at = 1; at <= 60; at += 1) await push(inbox, busy, 1, at);
  await push(inbox, free, 2, 1);
  const budgets = new RateBudgets(now);
  const governor = new Governor({ take, block: () => Promise.resolve() }, budgets);
  const access: GitHubAccess = {
    onlyKey: undefined,
    credentialsKey: 'app:1',
    budgets,
    forRepository: ({ repo }) =>
      Promise.resolve({ github, tokenKey: `installation:${repo === 'app-1' ? 1 : 2}` }),
  };
  const dispatcher = new Dispatcher({ inbox, access, governor, metrics, log, now });
  await dispatcher.start();
  ends.push(() => dispatcher.stop());
  const query = { status: undefined, beforeId: undefined, limit: 100 };
  await waitFor('the attempt of the other', async () => {
    const [event] = await inbox.events.list({ ...query, repositoryId: 2 });
    return event?.reason?.startsWith('github_unavailable');
  });
  const held = await inbox.events.list({ ...query, repositoryId: 1 });
  expect(held.filter(({ reason }) => reason !== null).length).toBeLessThan(40);
  expect(held.every(({ status, attempts }) => status === 'pending' && attempts === 0)).toBe(true);
});

it('of a token that allows one dispatch after the other, no more is taken than may go', async () => {
  const inbox = await open();
  const id = await connect(inbox, 1, 'token:1');
  for (let at = 1; at <= 60; at += 1) await push(inbox, id, 1, at);
  const budgets = new RateBudgets(now);
  let [returned, allowed, freeAt] = [0, 0, 0];
  const takeEvery = () => {
    if (Date.now() < freeAt) return Promise.resolve({ until: new Date(freeAt), isAsked: false });
    allowed += 1;
    freeAt = Date.now() + 50;
    return Promise.resolve(undefined);
  };
  const governor = new Governor({ take: takeEvery, block: () => Promise.resolve() }, budgets);
  const access: GitHubAccess = {
    onlyKey: 'token:1',
    credentialsKey: 'token:1',
    budgets,
    forRepository: () => Promise.resolve({ github, tokenKey: 'token:1' }),
  };
  const retry: typeof inbox.events.retry = (...event) => {
    returned += 1;
    return inbox.events.retry(...event);
  };
  const counting = { ...inbox, events: { ...inbox.events, retry } };
  const dispatcher = new Dispatcher({ inbox: counting, access, governor, metrics, log, now });
  await dispatcher.start();
  ends.push(() => dispatcher.stop());
  await waitFor('ten dispatches', () => allowed >= 10);
  // The first time sixteen were taken, before anything was known.
  expect(returned).toBeLessThan(16 + 3 * allowed);
});
