// The routes of the forwarder, about one line each: read this file first. Collaborators come in, an application that
// listens nowhere yet goes out; no route is declared whose feature is not there.
import { createServer, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { requireAdminToken } from './access/require-admin-token.ts';
import { answerErrors } from './answer-error.ts';
import { serveAudit } from './audit/serve-audit.ts';
import type { ConnectEdges } from './connections/call-github.ts';
import { serveConnections } from './connections/serve-connections.ts';
import { serveDashboard } from './dashboard/serve-dashboard.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { serveHealth } from './health/serve-health.ts';
import type { Inbox } from './inbox/inbox.ts';
import { serveEvents } from './ledger/serve-events.ts';
import type { Metrics } from './metrics/open-metrics.ts';
import type { Log } from './open-log.ts';
import { Problem } from './problem.ts';
import type { Reconciled } from './reconcile/reconcile-deliveries.ts';
import { serveReconcile } from './reconcile/serve-reconcile.ts';
import { BodyBudget, type BodyLimits } from './webhook/read-body.ts';
import type { DispatchAction } from './webhook/parse-event.ts';
import { serveWebhook } from './webhook/serve-webhook.ts';

export interface ServerParts {
  readonly inbox: Inbox;
  readonly dispatcher: Dispatcher;
  readonly connect: ConnectEdges;
  readonly metrics: Metrics;
  /** Undefined: there is no token to fetch with. */
  readonly reconcile: (() => Promise<Reconciled>) | undefined;
  /** Whose `X-Forwarded-For` is believed: Express's `trust proxy`. */
  readonly trustProxy: number | readonly string[] | false;
  readonly globalSecret: string | undefined;
  readonly adminToken: string | undefined;
  readonly checksSignatures: boolean;
  readonly pullRequestActions: readonly DispatchAction[];
  readonly log: Log;
  readonly now: () => Date;
}

/** A body exists in parts, as a whole, and when it is signed as text and parsed: measured, 512 MB hold all of them. */
const BODY_LIMITS: BodyLimits = { smallBytes: 64 * 1024 * 1024, largeBytes: 64 * 1024 * 1024 };
/** Enough for any number of webhooks at once; each costs some 20 KB while it waits. */
const MAX_CONNECTIONS = 5000;

export function composeServer(parts: ServerParts): Server {
  // GitHub gives up after 10 s, Enterprise Server after 30: whoever is slower is nobody we wait for. Node looks for them
  // every 30 s unless told.
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
    },
    composeApp(parts),
  );
  server.maxHeadersCount = 100;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function composeApp(parts: ServerParts): Express {
  const { inbox, dispatcher, log, now } = parts;
  const onQueued = (): void => dispatcher.wake();
  const admin = requireAdminToken({ adminToken: parts.adminToken, now });
  // Reached over plain http, inside a network, the dashboard would lose its own files to an upgrade of their addresses.
  const secure = helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  const app = express();
  app.set('etag', false);
  app.disable('x-powered-by');
  app.set('trust proxy', parts.trustProxy);
  // Before `secure`: what it stores is answered to GitHub, which has no use for headers that take a twentieth of the time.
  app.use(
    serveWebhook({
      inbox,
      globalSecret: parts.globalSecret,
      checksSignatures: parts.checksSignatures,
      pullRequestActions: parts.pullRequestActions,
      onQueued,
      bodies: new BodyBudget(BODY_LIMITS),
      metrics: parts.metrics,
      log,
      now,
    }),
  );
  app.use(secure);
  app.use(serveHealth({ inbox, dispatcher, log, now }));
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await parts.metrics.render();
    response.type(contentType).send(text);
  });
  app.use('/api/v1/repos', admin, serveConnections(parts.connect));
  app.use('/api/v1/events', admin, serveEvents({ inbox, onQueued, log, now }));
  app.use('/api/v1/audit', admin, serveAudit(inbox.audit));
  app.use(
    '/api/v1/reconcile',
    admin,
    serveReconcile({ audit: inbox.audit, log, now, reconcile: parts.reconcile }),
  );
  app.use(serveDashboard());
  app.use(() => {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  app.use(secureRefusals(secure));
  app.use(answerErrors(log));
  return app;
}

/** What the webhook refuses has not passed it; of what has, nothing changes. */
function secureRefusals(secure: RequestHandler): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    secure(request, response, () => {
      next(error);
    });
  };
}
