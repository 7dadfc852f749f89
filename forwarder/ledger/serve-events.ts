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
  /** Undefined: nothing is known of a repository of that name. */
  const findOf = async <Found>(
    repo: string | undefined,
    find: (repositoryId: number | undefined) => Promise<Found>,
  ): Promise<Found | undefined> => {
    const repositoryId = repo === undefined ? undefined : await events.findRepositoryId(repo);
    return repo !== undefined && repositoryId === undefined ? undefined : find(repositoryId);
  };

  router.get('/', async (request, response) => {
    const { repo, limit, ...query } = parseEventQuery(request.query);
    const found = await findOf(repo, (repositoryId) =>
      events.list({ ...query, repositoryId, limit: limit + 1 }),
    );
    const { page, nextCursor } = composePage(found ?? [], limit);
    response.json({ events: page.map(presentEvent), next_cursor: nextCursor });
  });

  router.post('/redeliver', async (request, response) => {
    const repo = parseRepositoryQuery(request.query);
    const { queued, refused } = await keepAudit(
      edges,
      request,
      { action: 'redeliver', repo },
      async () =>
        (await findOf(repo, (repositoryId) => redeliverFailed(events, repositoryId, now()))) ?? NOTHING,
    );
    response.status(202).json({ status: 'queued', queued, refused });
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

const NOTHING: Awaited<ReturnType<typeof redeliverFailed>> = { queued: [], refused: 0 };

function parseId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Problem(400, 'invalid_event_id', 'The id of an event is a whole number above 0.');
}

function eventNotFound(id: string): Problem {
  return new Problem(404, 'event_not_found', `There is no event ${id}.`);
}
