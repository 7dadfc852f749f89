// The ledger's routes: events newest first, one by its id, and one or all that failed dispatched again.
import { Router } from 'express';
import { keepAudit, type AuditEdges } from '../audit/keep-audit.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { Problem } from '../problem.ts';
import { composePage, parseEventQuery, parseRepositoryQuery } from './parse-event-query.ts';
import { presentEvent } from './present-event.ts';
import { redeliverFailed } from './redeliver-failed.ts';

export interface LedgerOptions extends Omit<AuditEdges, 'audit'> {
  readonly inbox: Inbox;
  readonly onQueued: () => void;
}

export function serveEvents({ inbox: { events, audit }, onQueued, log, now }: LedgerOptions): Router {
  const router = Router();
  const edges: AuditEdges = { audit, log, now };

  router.get('/', async (request, response) => {
    const query = parseEventQuery(request.query);
    const found = await events.list({ ...query, limit: query.limit + 1 });
    const { page, nextCursor } = composePage(found, query.limit);
    response.json({ events: page.map(presentEvent), next_cursor: nextCursor });
  });

  router.post('/redeliver', async (request, response) => {
    const repo = parseRepositoryQuery(request.query);
    const { queued, refused } = await keepAudit(edges, request, { action: 'redeliver', repo }, () =>
      redeliverFailed(events, repo, now()),
    );
    response.status(202).json({ status: 'queued', queued: queued.map(({ id }) => id), refused });
    if (queued.length > 0) onQueued();
  });

  router.get('/:id', async (request, response) => {
    const event = await events.read(parseId(request.params.id));
    if (!event) throw eventNotFound(request.params.id);
    response.json(presentEvent(event));
  });

  router.post('/:id/redeliver', async (request, response) => {
    const eventId = parseId(request.params.id);
    const event = await keepAudit(edges, request, { action: 'redeliver', eventId }, async () => {
      const requeued = await events.requeue(eventId, now());
      if (requeued.kind === 'missing') throw eventNotFound(request.params.id);
      if (requeued.kind === 'refused') throw new Problem(409, requeued.code, requeued.message);
      return requeued.event;
    });
    response.status(202).json(presentEvent(event));
    onQueued();
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
