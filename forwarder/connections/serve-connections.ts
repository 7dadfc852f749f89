// The routes under `/api/v1/repos`: connect, disconnect, list, and the webhooks as GitHub has them.
import { Router, type Request } from 'express';
import type { RepositoryName } from '../github/open-github.ts';
import { Problem } from '../problem.ts';
import type { ConnectEdges } from './call-github.ts';
import { connectRepository } from './connect-repository.ts';
import { disconnectRepository } from './disconnect-repository.ts';
import { listRepositories } from './list-repositories.ts';
import { rotateSecret } from './rotate-secret.ts';
import { listRepositoryHooks } from './list-repository-hooks.ts';

export function serveConnections(edges: ConnectEdges): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    response.json({ repos: await listRepositories(edges) });
  });

  router.post('/:owner/:repo/install', async (request, response) => {
    const { connection, isNew } = await connectRepository(edges, parseName(request));
    response.status(isNew ? 201 : 200).json({
      status: 'connected',
      installation_id: connection.id,
      repo: connection.fullName,
      webhook_id: connection.hookId,
    });
  });

  router.delete('/:owner/:repo/install', async (request, response) => {
    const { fullName } = await disconnectRepository(edges, parseName(request));
    response.json({ status: 'disconnected', repo: fullName });
  });

  router.post('/:owner/:repo/rotate', async (request, response) => {
    const { fullName, hookId } = await rotateSecret(edges, parseName(request));
    response.json({ status: 'rotated', repo: fullName, webhook_id: hookId });
  });

  router.get('/:owner/:repo/hooks', async (request, response) => {
    response.json(await listRepositoryHooks(edges, parseName(request)));
  });

  return router;
}

/** What GitHub allows in names; anything else could reach another path of its API. */
function parseName({ params }: Request<{ owner: string; repo: string }>): RepositoryName {
  const { owner, repo } = params;
  const isName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(owner) && /^[A-Za-z0-9._-]{1,100}$/.test(repo);
  if (isName && repo !== '.' && repo !== '..') return { owner, repo };
  throw new Problem(
    400,
    'invalid_repository_name',
    'Name the repository as OWNER/NAME, as GitHub spells it.',
  );
}
