// Pull requests with many heads, and every delivery about them: some twice, some captured and sent again under another
// name, all in an order that GitHub never promised. The same seed makes the same storm.
import { randomUUID } from 'node:crypto';
import type { PullRequest } from '../../../simulator/github/local-github.ts';
import { composePullRequest, sign } from '../../forwarder/delivery.ts';
import type { Stage } from './stage.ts';

export interface StormDelivery {
  readonly guid: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StormSize {
  readonly pullRequests: number;
  /** Of each pull request. */
  readonly heads: number;
  /** In all, duplicates included. */
  readonly deliveries: number;
  readonly seed: number;
}

/** A small generator with a seed (Steele and Lea's SplitMix32): Math.random has none. */
export function openRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

export function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Puts the pull requests on GitHub, as they are when all is over, and returns the deliveries. */
export async function raiseStorm(stage: Stage, size: StormSize): Promise<readonly StormDelivery[]> {
  const random = openRandom(size.seed);
  const [hook] = stage.repository.hooks;
  if (!hook) throw new Error('the repository is not connected');
  // What this storm says is sent by the proof itself, in its own order.
  hook.active = false;
  const model = await openModel(stage);
  const once: StormDelivery[] = [];
  const compose = (text: string, guid: string): StormDelivery => {
    const body = Buffer.from(text);
    return { guid, body, headers: composeHeaders(body, guid, hook) };
  };
  for (let number = 1; number <= size.pullRequests; number += 1) {
    const heads = Array.from({ length: size.heads }, (_, at) => composeSha(number, at));
    const pull = putOnGitHub(stage, model, number, heads, random() < 0.1);
    once.push(...composeBodies(stage, pull, heads).map((text) => compose(text, randomUUID())));
  }
  const again = Array.from({ length: Math.max(0, size.deliveries - once.length) }, () => {
    const one = once[Math.floor(random() * once.length)] as StormDelivery;
    return random() < 0.2 ? compose(one.body.toString(), randomUUID()) : one;
  });
  return shuffle([...once, ...again], random);
}

/** The first pull request is a real one; the others are as it is, with heads that no git knows. */
async function openModel({ github, repository }: Stage): Promise<PullRequest> {
  const { fullName } = repository;
  await github.commit(fullName, 'change', { message: 'Change', author: 'ada', files: { a: 'a\n' } });
  const head = { repository: fullName, head: 'change', base: 'main' };
  return github.openPullRequest({ ...head, title: 'Change', author: 'ada' });
}

function putOnGitHub(
  { repository }: Stage,
  model: PullRequest,
  number: number,
  heads: readonly string[],
  isClosed: boolean,
): PullRequest {
  const head = { ...model.head, sha: heads.at(-1) ?? '' };
  const state = isClosed ? ('closed' as const) : ('open' as const);
  const pull: PullRequest = { ...model, number, head, state, reviews: [], comments: [] };
  repository.pulls[number - 1] = pull;
  return pull;
}

function composeSha(number: number, at: number): string {
  return (number * 1000 + at).toString(16).padStart(40, 'a');
}

/** Opened, pushed to again and again, a second apart, and closed where it is. */
function composeBodies({ repository }: Stage, pull: PullRequest, heads: readonly string[]): string[] {
  const steps = heads.map((sha, at) => ({ action: at === 0 ? 'opened' : 'synchronize', sha }));
  if (pull.state === 'closed') steps.push({ action: 'closed', sha: pull.head.sha });
  return steps.map(({ action, sha }, at) => {
    const payload = composePullRequest({
      action,
      number: pull.number,
      repository: { id: repository.id, full_name: repository.fullName },
      updatedAt: new Date(Date.UTC(2026, 10, 1) + at * 1000).toISOString(),
    });
    return JSON.stringify({
      ...payload,
      pull_request: { ...payload.pull_request, head: { sha, repo: null } },
    });
  });
}

function composeHeaders(
  body: Buffer,
  guid: string,
  { id, secret = '' }: { readonly id: number; readonly secret: string | undefined },
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': 'pull_request',
    'x-github-delivery': guid,
    'x-github-hook-id': String(id),
    'x-hub-signature-256': sign(body, secret),
  };
}

/** Sends it once. The event that stands for it, or undefined when there was no 200. */
export async function sendOne(url: string, { body, headers }: StormDelivery): Promise<number | undefined> {
  try {
    const answer = await fetch(`${url}/api/v1/webhooks/github`, {
      method: 'POST',
      headers,
      body: body as Uint8Array<ArrayBuffer>,
    });
    const told = (await answer.json()) as { event_id?: number };
    return answer.status === 200 ? told.event_id : undefined;
  } catch {
    return undefined; // nobody there, or gone before the answer
  }
}
