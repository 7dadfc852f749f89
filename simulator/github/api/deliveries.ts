// Deliveries of a webhook: listed, read, sent again. Ids have 64 bits: they are text here and bare digits in the
// answer.
import { presentDelivery, presentWholeDelivery } from '../present/hook.ts';
import { redeliver } from '../webhooks/events.ts';
import type { Delivery, Hook } from '../world.ts';
import { notFound, Refusal, type Call, type Handler } from './call.ts';
import { findHook } from './hooks.ts';
import { readPerPage } from './paginate.ts';

/** Newest first; pages by cursor, which goes on after a delivery (`v1_…`). */
export const listDeliveries: Handler = (call) => {
  const { query, repository, address } = call;
  const all = deliveriesOf(call, findHook(call)).filter(({ statusCode }) => {
    const status = query.get('status');
    const failed = statusCode >= 400;
    return status === null || (status === 'failure') === failed;
  });
  const cursor = query.get('cursor');
  const last = all.findIndex(({ id }) => `v1_${id}` === cursor);
  if (cursor !== null && last < 0) throw new Refusal(400, 'Invalid cursor');
  const page = all.slice(last + 1, last + 1 + readPerPage(call));
  const end = page.at(-1);
  const headers: Record<string, string> = {};
  if (end && end !== all.at(-1)) {
    const url = new URL(address);
    url.searchParams.set('cursor', `v1_${end.id}`);
    headers['link'] = `<${url.href}>; rel="next"`;
  }
  return { status: 200, body: page.map((delivery) => presentDelivery(repository, delivery)), headers };
};

export const getDelivery: Handler = (call) => ({
  status: 200,
  body: presentWholeDelivery(call.repository, findHook(call), findDelivery(call)),
});

export const redeliverDelivery: Handler = (call) => {
  const { world, repository } = call;
  const [hook, delivery] = [findHook(call), findDelivery(call)];
  return { status: 202, body: {}, afterwards: () => redeliver(world, repository, hook, delivery) };
};

function deliveriesOf({ world }: Call, { id }: Hook): Delivery[] {
  return world.deliveries.filter(({ hookId }) => hookId === id).toReversed();
}

function findDelivery(call: Call): Delivery {
  const delivery = deliveriesOf(call, findHook(call)).find(({ id }) => id === call.params['delivery_id']);
  if (!delivery) throw notFound();
  return delivery;
}
