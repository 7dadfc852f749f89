// `/livez`: the process answers. `/readyz`: it can do its work, which is to write to the store and to dispatch. Open to
// all, so they name no repository, and the write is shared by whoever asks within a second.
import { Router } from 'express';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';

export interface HealthOptions {
  readonly inbox: Inbox;
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly now: () => Date;
}

const PROBE_MAX_AGE_MS = 1000;

export function serveHealth(options: HealthOptions): Router {
  const isWritable = composeProbe(options);
  return Router()
    .get('/livez', (_request, response) => {
      response.json({ status: 'alive' });
    })
    .get('/readyz', async (_request, response) => {
      const problems = [
        ...((await isWritable()) ? [] : ['the database cannot be written']),
        ...(options.dispatcher.isAlive() ? [] : ['the dispatcher does not run']),
      ];
      if (problems.length === 0) response.json({ status: 'ready' });
      else response.status(503).json({ error: 'not_ready', message: `Not ready: ${problems.join('; ')}.` });
    });
}

function composeProbe({ inbox, log, now }: HealthOptions): () => Promise<boolean> {
  let latest: Promise<boolean> | undefined;
  let latestMs = 0;
  return () => {
    const nowMs = now().getTime();
    if (!latest || nowMs - latestMs > PROBE_MAX_AGE_MS) {
      latestMs = nowMs;
      latest = inbox.probe(now()).then(
        () => true,
        (error: unknown) => {
          log.error({ err: error }, 'the database cannot be written');
          return false;
        },
      );
    }
    return latest;
  };
}
