// The routes under `/api/v1/repos`: connect, disconnect, rotate, list, the webhooks as GitHub has them, and the doctor.
import { Router, type Request } from 'express';
import * as z from 'zod';
import { keepAudit, type AuditEdges } from '../audit/keep-audit.ts';
import { worst } from '../doctor/check.ts';
import { examineRepository } from '../doctor/examine-repository.ts';
import type { RepositoryName } from '../github/open-github.ts';
import type { AuditAction } from '../inbox/audit.ts';
import { Problem } from '../problem.ts';
import { requireGitHub, type ConnectEdges } from './call-github.ts';
import { connectRepository, type ConnectedRepository } from './connect-repository.ts';
import { disconnectRepository } from './disconnect-repository.ts';
import { HookReadings } from './hook-readings.ts';
import { listRepositories } from './list-repositories.ts';
import { listRepositoryHooks } from './list-repository-hooks.ts';
import { offerWorkflow } from './offer-workflow.ts';
import { rotateSecret } from './rotate-secret.ts';

export function serveConnections(edges: ConnectEdges): Router {
  const router = Router();
  const readings = new HookReadings(edges);
  const auditEdges: AuditEdges = { audit: edges.inbox.audit, log: edges.log, now: edges.now };
  const audited = <Value>(
    request: Request<NameParameters>,
    action: AuditAction,
    work: (name: RepositoryName) => Promise<Value>,
  ): Promise<Value> => {
    const name = parseName(request);
    const subject = { action, repo: `${name.owner}/${name.repo}` };
    return keepAudit(auditEdges, request as unknown as Request, subject, () => work(name));
  };

  router.get('/', async (_request, response) => {
    response.json({ repos: await listRepositories(edges, readings) });
  });

  router.post('/:owner/:repo/install', async (request, response) => {
    const offer = parseOffer(request.query);
    const connected = await audited(request, 'connect', (name) => connectRepository(edges, name));
    const { connection, isNew } = connected;
    const workflow = offer && (await offerTo(edges, connection.fullName, offer.action));
    response.status(isNew ? 201 : 200).json({
      status: 'connected',
      installation_id: connection.id,
      repo: connection.fullName,
      webhook_id: connection.hookId,
      ...presentPing(connected),
      ...(workflow ? { workflow } : {}),
    });
  });

  router.delete('/:owner/:repo/install', async (request, response) => {
    const { fullName } = await audited(request, 'disconnect', (name) => disconnectRepository(edges, name));
    response.json({ status: 'disconnected', repo: fullName });
  });

  router.post('/:owner/:repo/rotate', async (request, response) => {
    const { fullName, hookId } = await audited(request, 'rotate', (name) => rotateSecret(edges, name));
    response.json({ status: 'rotated', repo: fullName, webhook_id: hookId });
  });

  router.get('/:owner/:repo/hooks', async (request, response) => {
    response.json(await listRepositoryHooks(edges, parseName(request)));
  });

  router.get('/:owner/:repo/doctor', async (request, response) => {
    const { repo, checks } = await examineRepository(edges, parseName(request));
    response.json({ repo, status: worst(checks), checks });
  });

  return router;
}

interface NameParameters {
  readonly owner: string;
  readonly repo: string;
}

async function offerTo(edges: ConnectEdges, fullName: string, action: string | undefined) {
  const [owner = '', repo = ''] = fullName.split('/');
  return offerWorkflow(edges, await requireGitHub(edges, { owner, repo }), fullName, action);
}

function presentPing({ hasPinged }: ConnectedRepository) {
  if (hasPinged) return { ping: 'received' };
  const message =
    "The webhook is there, but GitHub's ping has not arrived: check that BACKEND_URL leads here from the internet. " +
    'What does not arrive is fetched from GitHub every ten minutes.';
  return { ping: 'missing', message };
}

const offerSchema = z.object({
  workflow: z.literal('pull-request', 'must be pull-request').optional(),
  uses: z
    .string()
    .regex(/^[\w-]+\/[\w.-]+(?:\/[\w./-]+)?@[\w./-]+$/, 'must be an action such as acme/nectr@v1')
    .optional(),
});

/** `?workflow=pull-request`, with `&uses=acme/nectr@v1` for the action that it names. @throws Problem 400 */
function parseOffer(query: unknown): { readonly action: string | undefined } | undefined {
  const parsed = offerSchema.safeParse(query);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Problem(400, 'invalid_query', problems.join('; '));
  }
  return parsed.data.workflow && { action: parsed.data.uses };
}

/** What GitHub allows in names; anything else could reach another path of its API. */
function parseName({ params }: Request<NameParameters>): RepositoryName {
  const { owner, repo } = params;
  const isName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(owner) && /^[A-Za-z0-9._-]{1,100}$/.test(repo);
  if (isName && repo !== '.' && repo !== '..') return { owner, repo };
  throw new Problem(
    400,
    'invalid_repository_name',
    'Name the repository as OWNER/NAME, as GitHub spells it.',
  );
}
