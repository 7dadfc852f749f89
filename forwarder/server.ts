// The routes of the forwarder, about one line each: read this file first. Collaborators come in, an application that
// listens nowhere yet goes out; no route is declared whose feature is not there.
import { createServer, type Server } from 'node:http';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { requireAdminToken } from './access/require-admin-token.ts';
import { answerErrors } from './answer-error.ts';
import type { ConnectEdges } from './connections/call-github.ts';
import { serveConnections } from './connections/serve-connections.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { serveHealth } from './health/serve-health.ts';
import type { Inbox } from './inbox/inbox.ts';
import { serveEvents } from './ledger/serve-events.ts';
import type { Metrics } from './metrics/open-metrics.ts';
import type { Log } from './open-log.ts';
import { Problem } from './problem.ts';
import { serveWebhook } from './webhook/serve-webhook.ts';

export interface ServerParts {
  readonly inbox: Inbox;
  readonly dispatcher: Dispatcher;
  readonly connect: ConnectEdges;
  readonly metrics: Metrics;
  readonly globalSecret: string | undefined;
  readonly adminToken: string | undefined;
  readonly checksSignatures: boolean;
  readonly log: Log;
  readonly now: () => Date;
}

export function composeServer(parts: ServerParts): Server {
  const server = createServer(composeApp(parts));
  // GitHub gives up after 10 s, Enterprise Server after 30: whoever is slower is nobody we wait for.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 10_000;
  return server;
}

function composeApp(parts: ServerParts): Express {
  const { inbox, dispatcher, log, now } = parts;
  const onQueued = (): void => dispatcher.wake();
  const admin = requireAdminToken({ adminToken: parts.adminToken, now });
  const app = express();
  app.set('etag', false);
  app.use(helmet());
  app.use(serveHealth({ inbox, dispatcher, log, now }));
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await parts.metrics.render();
    response.type(contentType).send(text);
  });
  app.use(
    serveWebhook({
      inbox,
      globalSecret: parts.globalSecret,
      checksSignatures: parts.checksSignatures,
      onQueued,
      metrics: parts.metrics,
      log,
      now,
    }),
  );
  app.use('/api/v1/repos', admin, serveConnections(parts.connect));
  app.use('/api/v1/events', admin, serveEvents({ inbox, onQueued, now }));
  app.use(() => {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  app.use(answerErrors(log));
  return app;
}
