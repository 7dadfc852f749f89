// Repository → whether GitHub would run its workflow: Actions enabled, the workflow not switched off. The two answers need
// different rights; what the token may not read is said, and is no problem by itself.
import * as z from 'zod';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';
import { tellOf, type Check } from './check.ts';

const tell = tellOf('actions');

/** `path`: of the workflow that listens, if there is one. @throws what GitHub refuses, as Octokit tells it */
export async function examineActions(
  github: GitHub,
  name: RepositoryName,
  path: string | undefined,
): Promise<Check> {
  const enabled = await whenAllowed(() => readEnabled(github, name));
  if (enabled === false) {
    return tell('problem', 'GitHub Actions is disabled: enable it in Settings → Actions → General.');
  }
  const states = await whenAllowed(() => readStates(github, name));
  const state = path === undefined ? undefined : states?.get(path);
  if (state !== undefined && state !== 'active') {
    return tell('problem', `${path} is switched off (${state}): enable it on the Actions page.`);
  }
  if (states === undefined && enabled === undefined) {
    const message = 'Whether Actions is enabled is not known: give the token Actions: read.';
    return tell('warning', message);
  }
  return tell('ok', 'GitHub Actions is enabled.');
}

/** Needs Administration: read. */
async function readEnabled(github: GitHub, name: RepositoryName): Promise<boolean> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/actions/permissions', { ...name });
  return z.object({ enabled: z.boolean() }).parse(data).enabled;
}

/** Path → state of each workflow that GitHub knows. Needs Actions: read. */
async function readStates(github: GitHub, name: RepositoryName): Promise<ReadonlyMap<string, string>> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/actions/workflows', {
    ...name,
    per_page: 100,
  });
  const { workflows } = z
    .object({ workflows: z.array(z.object({ path: z.string(), state: z.string() })) })
    .parse(data);
  return new Map(workflows.map(({ path, state }) => [path, state]));
}

/** Undefined: the token may not read it. */
async function whenAllowed<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    const { kind } = readRefusal(error, new Date());
    if (kind === 'forbidden' || kind === 'not_found') return undefined;
    throw error;
  }
}
