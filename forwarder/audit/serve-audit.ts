// `GET /api/v1/audit`: what was changed through the admin API, newest first.
import { Router } from 'express';
import type { AuditStore } from '../inbox/inbox.ts';
import { composePage, parsePageQuery } from '../ledger/parse-event-query.ts';

export function serveAudit(audit: AuditStore): Router {
  return Router().get('/', async (request, response) => {
    const { cursor, limit } = parsePageQuery(request.query);
    const found = await audit.list({ beforeId: cursor, limit: limit + 1 });
    const { page, nextCursor } = composePage(found, limit);
    response.json({
      entries: page.map(({ id, at, action, repo, eventId, outcome, address }) => ({
        id,
        at,
        action,
        repo: repo ?? null,
        event_id: eventId ?? null,
        outcome,
        address: address ?? null,
      })),
      next_cursor: nextCursor,
    });
  });
}
