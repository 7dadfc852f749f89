// Webhooks of a repository: create, list, read, change, delete, ping, and their deliveries.
import { z } from 'zod';
import { redeliver, sendPing } from '../webhooks/send.ts';
import { now, takeId, type Delivery, type Hook } from '../world.ts';
import { notFound, paginate, Refusal, type Call, type Handler } from './call.ts';
import { presentDelivery, presentHook, presentWholeDelivery } from './present.ts';

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
  throw new Refusal(422, 'Validation Failed', errors);
}

export const createHook: Handler = (call) => {
  const { world, repository, body } = call;
  if (body['name'] !== undefined && body['name'] !== 'web') throw invalidHook('name must be web');
  const config = readConfig(body['config']);
  const events = (body['events'] as string[] | undefined) ?? ['push'];
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
  sendPing(world, repository, hook);
  return { status: 201, body: presentHook(world, repository, hook) };
};

function checkRoom(hooks: readonly Hook[], events: readonly string[], url: string): void {
  const same = hooks.find((hook) => hook.url === url && hook.events.some((event) => events.includes(event)));
  // The answer carries no id of the hook that is there.
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
  if (body['events'] !== undefined) hook.events = body['events'] as string[];
  if (body['active'] !== undefined) hook.active = body['active'] === true;
  hook.updatedAt = now();
  return { status: 200, body: presentHook(world, repository, hook) };
};

export const deleteHook: Handler = (call) => {
  const { hooks } = call.repository;
  hooks.splice(hooks.indexOf(findHook(call)), 1);
  return { status: 204 };
};

export const pingHook: Handler = (call) => {
  sendPing(call.world, call.repository, findHook(call));
  return { status: 204 };
};

/** Newest first; pages by cursor, which is the id to go on from. */
export const listDeliveries: Handler = (call) => {
  const { query, repository, address } = call;
  const hook = findHook(call);
  const perPage = Math.min(100, Number(query.get('per_page') ?? 30));
  const all = call.world.deliveries.filter((delivery) => delivery.hookId === hook.id).toReversed();
  const cursor = query.get('cursor');
  const from = cursor === null ? 0 : all.findIndex((delivery) => delivery.id === cursor);
  if (from < 0) throw new Refusal(400, 'Invalid cursor');
  const next = all[from + perPage];
  const url = new URL(address);
  if (next) url.searchParams.set('cursor', next.id);
  const headers: Record<string, string> = next ? { link: `<${url.href}>; rel="next"` } : {};
  const body = all.slice(from, from + perPage).map((delivery) => presentDelivery(repository, delivery));
  return { status: 200, body, headers };
};

export const getDelivery: Handler = (call) => ({
  status: 200,
  body: presentWholeDelivery(call.repository, findDelivery(call)),
});

export const redeliverDelivery: Handler = (call) => {
  const delivery = findDelivery(call);
  void redeliver(call.world, call.repository, findHook(call), delivery);
  return { status: 202, body: {} };
};

function findHook({ repository, params }: Call): Hook {
  const hook = repository.hooks.find(({ id }) => id === Number(params['hook_id']));
  if (!hook) throw notFound();
  return hook;
}

function findDelivery({ world, params }: Call): Delivery {
  const delivery = world.deliveries.find(
    ({ id, hookId }) => id === params['delivery_id'] && hookId === Number(params['hook_id']),
  );
  if (!delivery) throw notFound();
  return delivery;
}
