// repository_dispatch and workflow_dispatch: what they carry is checked, then workflows are told.
import { readBlob, resolveCommit } from '../git/bare-repository.ts';
import { getUser, type Repository, type WorkflowTrigger, type World } from '../world.ts';
import { notFound, Refusal, type Handler } from './call.ts';
import { presentRepository, presentUser } from './present.ts';

/** docs.github.com/rest/repos/repos#create-a-repository-dispatch-event */
const MAX_EVENT_TYPE_CHARACTERS = 100;
const MAX_PAYLOAD_KEYS = 10;
const MAX_PAYLOAD_BYTES = 64 * 1024;

export const createDispatch: Handler = async ({ world, repository, token, body }) => {
  const eventType = body['event_type'] as string;
  const payload = (body['client_payload'] ?? {}) as Record<string, unknown>;
  if (eventType.length > MAX_EVENT_TYPE_CHARACTERS) {
    throw new Refusal(422, `event_type is too long (maximum is ${MAX_EVENT_TYPE_CHARACTERS} characters)`);
  }
  if (Object.keys(payload).length > MAX_PAYLOAD_KEYS) {
    throw new Refusal(
      422,
      `No more than ${MAX_PAYLOAD_KEYS} properties are allowed; ${Object.keys(payload).length} were supplied.`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(payload)) >= MAX_PAYLOAD_BYTES) {
    throw new Refusal(422, 'client_payload is too large.');
  }
  await trigger(world, repository, token.login, 'repository_dispatch', {
    action: eventType,
    branch: repository.defaultBranch,
    client_payload: payload,
  });
  return { status: 204 };
};

export const createWorkflowDispatch: Handler = async ({ world, repository, token, body, params }) => {
  const branch = (body['ref'] as string).replace(/^refs\/heads\//, '');
  const path = `.github/workflows/${params['workflow_id']}`;
  if ((await readBlob(repository.gitDir, repository.defaultBranch, path)) === undefined) throw notFound();
  if ((await resolveCommit(repository.gitDir, `refs/heads/${branch}`)) === undefined) {
    throw new Refusal(422, `No ref found for: ${branch}`);
  }
  const inputs = (body['inputs'] ?? {}) as Record<string, unknown>;
  await trigger(world, repository, token.login, 'workflow_dispatch', {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    ref: `refs/heads/${branch}`,
    workflow: path,
  });
  return { status: 204 };
};

async function trigger(
  world: World,
  repository: Repository,
  login: string,
  event: WorkflowTrigger['event'],
  payload: Record<string, unknown>,
): Promise<void> {
  const sha = await resolveCommit(repository.gitDir, `refs/heads/${repository.defaultBranch}`);
  const told: WorkflowTrigger = {
    event,
    repository,
    ref: `refs/heads/${repository.defaultBranch}`,
    sha: sha ?? '',
    actor: login,
    fromFork: false,
    payload: {
      ...payload,
      repository: presentRepository(world, repository),
      sender: presentUser(world, getUser(world, login)),
    },
  };
  for (const listener of world.listeners) listener(told);
}
