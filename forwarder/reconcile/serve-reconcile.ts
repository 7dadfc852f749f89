// `POST /api/v1/reconcile`: fetches now what has not arrived, instead of in the next round.
import { Router } from 'express';
import { keepAudit, type AuditEdges } from '../audit/keep-audit.ts';
import { Problem } from '../problem.ts';
import type { Reconciled } from './reconcile-deliveries.ts';

export interface ReconcileOptions extends AuditEdges {
  /** Undefined: there is no token to fetch with. */
  readonly reconcile: (() => Promise<Reconciled>) | undefined;
}

export function serveReconcile({ reconcile, ...edges }: ReconcileOptions): Router {
  return Router().post('/', async (request, response) => {
    if (!reconcile) {
      throw new Problem(409, 'github_token_missing', 'Set GITHUB_TOKEN, and start the forwarder again.');
    }
    const reconciled = await keepAudit(edges, request, { action: 'reconcile' }, reconcile);
    response.json({ status: 'reconciled', ...reconciled });
  });
}
