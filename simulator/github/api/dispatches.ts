// repository_dispatch and workflow_dispatch: what they carry is checked, then workflows are told.
import { parse } from 'yaml';
import { readBlob, resolveCommit } from '../git/bare-repository.ts';
import { presentRepository, presentUserByLogin } from '../present/repository.ts';
import type { Repository } from '../world.ts';
import { BrokenRule, notFound, Refusal, type Call, type Handler } from './call.ts';

/** docs.github.com/rest/repos/repos#create-a-repository-dispatch-event; the words are those of users' reports. */
const MAX_EVENT_TYPE_CHARACTERS = 100;
const MAX_PAYLOAD_KEYS = 10;
const MAX_PAYLOAD_BYTES = 64 * 1024;

export const createDispatch: Handler = async (call) => {
  const { repository, body } = call;
  const eventType = body['event_type'] as string;
  const payload = (body['client_payload'] ?? {}) as Record<string, unknown>;
  const keys = Object.keys(payload).length;
  if (eventType.length > MAX_EVENT_TYPE_CHARACTERS) {
    throw invalid(
      `Only ${MAX_EVENT_TYPE_CHARACTERS} characters are allowed; ${eventType.length} were supplied.`,
    );
  }
  if (keys > MAX_PAYLOAD_KEYS) {
    throw invalid(`No more than ${MAX_PAYLOAD_KEYS} properties are allowed; ${keys} were supplied.`);
  }
  if (Buffer.byteLength(JSON.stringify(payload)) >= MAX_PAYLOAD_BYTES) {
    throw new BrokenRule(422, 'client_payload is too large.');
  }
  await trigger(call, 'repository_dispatch', repository.defaultBranch, {
    action: eventType,
    branch: repository.defaultBranch,
    client_payload: payload,
  });
  return { status: 204 };
};

function invalid(problem: string): BrokenRule {
  return new BrokenRule(422, `Invalid request.\n\n${problem}`);
}

export const createWorkflowDispatch: Handler = async (call) => {
  const { repository, body, params } = call;
  if (body['return_run_details'] !== undefined) {
    throw new BrokenRule(501, 'The local GitHub does not serve return_run_details');
  }
  const branch = (body['ref'] as string).replace(/^refs\/heads\//, '');
  const path = `.github/workflows/${params['workflow_id']}`;
  if ((await readBlob(repository.gitDir, repository.defaultBranch, path)) === undefined) throw notFound();
  if ((await resolveCommit(repository.gitDir, `refs/heads/${branch}`)) === undefined) {
    throw new Refusal(422, `No ref found for: ${branch}`);
  }
  const inputs = (body['inputs'] ?? {}) as Record<string, unknown>;
  checkInputs(await readDeclaredInputs(repository, branch, path), inputs);
  await trigger(call, 'workflow_dispatch', branch, {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
    ref: `refs/heads/${branch}`,
    workflow: path,
  });
  return { status: 204 };
};

type DeclaredInputs = Readonly<
  Record<string, { readonly required?: boolean; readonly default?: unknown } | null>
>;

/** `on.workflow_dispatch.inputs` of the workflow on that branch. */
async function readDeclaredInputs(
  repository: Repository,
  branch: string,
  path: string,
): Promise<DeclaredInputs> {
  const workflow = parse((await readBlob(repository.gitDir, branch, path)) ?? '') as { on?: unknown } | null;
  const on = workflow?.on;
  const named = typeof on === 'string' ? [on] : Array.isArray(on) ? (on as unknown[]) : Object.keys(on ?? {});
  if (!named.includes('workflow_dispatch')) {
    throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  }
  const dispatch = (on as Record<string, { inputs?: DeclaredInputs } | null>)['workflow_dispatch'];
  return dispatch?.inputs ?? {};
}

function checkInputs(declared: DeclaredInputs, given: Readonly<Record<string, unknown>>): void {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) {
    throw new BrokenRule(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  for (const [name, input] of Object.entries(declared)) {
    if (input?.required === true && input.default === undefined && !(name in given)) {
      throw new BrokenRule(422, `Required input '${name}' not provided`);
    }
  }
}

async function trigger(
  { world, repository, token }: Call,
  event: 'repository_dispatch' | 'workflow_dispatch',
  branch: string,
  payload: Record<string, unknown>,
): Promise<void> {
  const sha = await resolveCommit(repository.gitDir, `refs/heads/${branch}`);
  if (!repository.actionsEnabled) return;
  for (const listener of world.listeners) {
    listener({
      event,
      repository,
      ref: `refs/heads/${branch}`,
      sha: sha ?? '',
      actor: token.login,
      fromFork: false,
      payload: {
        ...payload,
        repository: presentRepository(world, repository),
        sender: presentUserByLogin(world, token.login),
      },
    });
  }
}
