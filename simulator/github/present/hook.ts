// Webhooks and their deliveries as the API shows them.
import type { Delivery, Hook, Repository, World } from '../world.ts';
import type { Json } from './example.ts';

/** In the standard since 2025 and in Node 24, not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** The secret reads back as stars. */
export function presentHook({ apiUrl }: World, { fullName }: Repository, hook: Hook): Json {
  const url = `${apiUrl}/repos/${fullName}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      content_type: hook.contentType,
      insecure_ssl: hook.insecureSsl,
      url: hook.url,
      ...(hook.secret === undefined ? {} : { secret: '********' }),
    },
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.lastResponse,
  };
}

export function presentDelivery(repository: Repository, delivery: Delivery): Json {
  return {
    id: rawJSON(delivery.id),
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: null,
    repository_id: repository.id,
    throttled_at: null,
  };
}

export function presentWholeDelivery(repository: Repository, hook: Hook, delivery: Delivery): Json {
  const { request, response } = delivery;
  return {
    ...presentDelivery(repository, delivery),
    url: hook.url,
    request: { headers: request.headers, payload: JSON.parse(request.body) as unknown },
    response: { headers: response.headers, payload: response.body },
  };
}
