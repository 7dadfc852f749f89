// Webhooks of a repository: create, list, read, change, delete, ping.
import * as z from 'zod';
import { presentHook } from '../present/hook.ts';
import { sendPing } from '../webhooks/events.ts';
import { now, takeId, type Hook } from '../world.ts';
import { BrokenRule, notFound, Refusal, type Call, type Handler } from './call.ts';
import { paginate } from './paginate.ts';

/** docs.github.com/webhooks: at most 20 webhooks per event on one repository. */
const MAX_HOOKS_PER_EVENT = 20;

const configSchema = z.object({
  url: z.url({ protocol: /^https?$/ }),
  content_type: z.enum(['json', 'form']).default('form'),
  secret: z.string().min(1).optional(),
  insecure_ssl: z.coerce.string().default('0'),
});

function readConfig(value: unknown) {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    resource: 'Hook',
    code: 'custom',
    message: `config ${issue.path.join('.')}: ${issue.message}`,
  }));
  throw new BrokenRule(422, 'Validation Failed', errors);
}

export const createHook: Handler = (call) => {
  const { world, repository, body, token } = call;
  if (body['name'] !== undefined && body['name'] !== 'web') {
    throw new BrokenRule(422, 'Validation Failed', [
      { resource: 'Hook', code: 'custom', field: 'name', message: 'name must be web' },
    ]);
  }
  const config = readConfig(body['config']);
  const events = (body['events'] as string[] | undefined) ?? ['push'];
  checkEvents(events);
  checkRoom(repository.hooks, events, config.url);
  const hook: Hook = {
    id: takeId(world),
    active: body['active'] !== false,
    events,
    url: config.url,
    contentType: config.content_type,
    insecureSsl: config.insecure_ssl,
    secret: config.secret,
    createdAt: now(),
    updatedAt: now(),
    lastResponse: { code: null, status: 'unused', message: null },
  };
  repository.hooks.push(hook);
  return {
    status: 201,
    body: presentHook(world, repository, hook),
    afterwards: () => sendPing(world, repository, hook, token.login),
  };
};

/** Of docs.github.com/webhooks/webhook-events-and-payloads, what can be asked of a repository's webhook here. */
const EVENTS = new Set([
  '*',
  'push',
  'pull_request',
  'issues',
  'issue_comment',
  'pull_request_review',
  'check_run',
]);

function checkEvents(events: readonly string[]): void {
  const unknown = events.filter((event) => !EVENTS.has(event));
  if (unknown.length === 0) return;
  const message = `These are not valid hook events: ${unknown.join(', ')}`;
  throw new BrokenRule(422, 'Validation Failed', [{ resource: 'Hook', code: 'custom', message }]);
}

/** Same address and a common event: GitHub's answer carries no id of the hook that is there (OnToology#68). */
function checkRoom(hooks: readonly Hook[], events: readonly string[], url: string): void {
  const same = hooks.find((hook) => hook.url === url && hook.events.some((event) => events.includes(event)));
  if (same) throw invalidHook('Hook already exists on this repository');
  for (const event of events) {
    const count = hooks.filter((hook) => hook.events.includes(event)).length;
    if (count >= MAX_HOOKS_PER_EVENT) {
      throw invalidHook(`The "${event}" event cannot have more than ${MAX_HOOKS_PER_EVENT} hooks`);
    }
  }
}

function invalidHook(message: string): Refusal {
  return new Refusal(422, 'Validation Failed', [{ resource: 'Hook', code: 'custom', message }]);
}

export const listHooks: Handler = (call) =>
  paginate(
    call,
    call.repository.hooks.map((hook) => presentHook(call.world, call.repository, hook)),
  );

export const getHook: Handler = (call) => ({
  status: 200,
  body: presentHook(call.world, call.repository, findHook(call)),
});

/** `config` replaces the whole configuration: a secret that is not sent again is gone. */
export const updateHook: Handler = (call) => {
  const { world, repository, body } = call;
  const hook = findHook(call);
  if (body['config'] !== undefined) {
    const config = readConfig(body['config']);
    hook.url = config.url;
    hook.contentType = config.content_type;
    hook.insecureSsl = config.insecure_ssl;
    hook.secret = config.secret;
  }
  hook.events = changeEvents(hook.events, body);
  if (body['active'] !== undefined) hook.active = body['active'] === true;
  hook.updatedAt = now();
  return { status: 200, body: presentHook(world, repository, hook) };
};

/** `events` replaces them; `add_events` and `remove_events` change them. */
function changeEvents(events: readonly string[], body: Readonly<Record<string, unknown>>): readonly string[] {
  const replaced = (body['events'] as string[] | undefined) ?? events;
  const removed = new Set((body['remove_events'] as string[] | undefined) ?? []);
  const added = (body['add_events'] as string[] | undefined) ?? [];
  return [...new Set([...replaced, ...added])].filter((event) => !removed.has(event));
}

export const deleteHook: Handler = (call) => {
  const { hooks } = call.repository;
  hooks.splice(hooks.indexOf(findHook(call)), 1);
  return { status: 204 };
};

export const pingHook: Handler = (call) => {
  const { world, repository, token } = call;
  const hook = findHook(call);
  return { status: 204, afterwards: () => sendPing(world, repository, hook, token.login) };
};

export function findHook({ repository, params }: Call): Hook {
  const hook = repository.hooks.find(({ id }) => id === Number(params['hook_id']));
  if (!hook) throw notFound();
  return hook;
}
