// The ledger's routes: events newest first, one by its id, and one dispatched again.
import { Router } from 'express';
import type { Inbox } from '../inbox/inbox.ts';
import { Problem } from '../problem.ts';
import { composeCursor, parseEventQuery } from './parse-event-query.ts';
import { presentEvent } from './present-event.ts';

export interface LedgerOptions {
  readonly inbox: Inbox;
  readonly onQueued: () => void;
  readonly now: () => Date;
}

export function serveEvents({ inbox: { events }, onQueued, now }: LedgerOptions): Router {
  const router = Router();

  router.get('/', async (request, response) => {
    const query = parseEventQuery(request.query);
    // One more than asked for tells whether there is a next page.
    const found = await events.list({ ...query, limit: query.limit + 1 });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    response.json({ events: page.map(presentEvent), next_cursor: last ? composeCursor(last.id) : null });
  });

  router.get('/:id', async (request, response) => {
    const event = await events.read(parseId(request.params.id));
    if (!event) throw eventNotFound(request.params.id);
    response.json(presentEvent(event));
  });

  router.post('/:id/redeliver', async (request, response) => {
    const requeued = await events.requeue(parseId(request.params.id), now());
    switch (requeued.kind) {
      case 'missing':
        throw eventNotFound(request.params.id);
      case 'refused':
        throw new Problem(409, 'not_redeliverable', requeued.message);
      case 'queued':
        response.status(202).json(presentEvent(requeued.event));
        onQueued();
    }
  });

  return router;
}

function parseId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Problem(400, 'invalid_event_id', 'The id of an event is a whole number above 0.');
}

function eventNotFound(id: string): Problem {
  return new Problem(404, 'event_not_found', `There is no event ${id}.`);
}
