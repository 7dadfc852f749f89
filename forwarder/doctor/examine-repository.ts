// Name → a checklist of everything a review needs on its way, each line with what to do. Nothing is changed on GitHub, and
// what cannot be looked at is a line of its own.
import { callGitHub, requireGitHub, type ConnectEdges } from '../connections/call-github.ts';
import { splitName, type RepositoryName } from '../github/open-github.ts';
import { readRights } from '../github/read-repository.ts';
import { Problem } from '../problem.ts';
import { tellOf, type Check } from './check.ts';
import { examineActions } from './examine-actions.ts';
import { examineHook } from './examine-hook.ts';
import { examineLedger } from './examine-ledger.ts';
import { examineRunsRight, judgeRights } from './examine-rights.ts';
import { examineWorkflow } from './examine-workflow.ts';

export interface Examination {
  readonly repo: string;
  readonly checks: readonly Check[];
}

/** @throws Problem when there is no token to look with */
export async function examineRepository(edges: ConnectEdges, name: RepositoryName): Promise<Examination> {
  const asked = `${name.owner}/${name.repo}`;
  try {
    return await examine(edges, name, asked);
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'github_token_missing') throw error;
    return { repo: asked, checks: [tellOf('token')('problem', error.message)] };
  }
}

async function examine(edges: ConnectEdges, name: RepositoryName, asked: string): Promise<Examination> {
  const { github } = await requireGitHub(edges, name);
  const rights = await callGitHub(edges, 'repository', asked, () => readRights(github, name));
  const { id, fullName: repo } = rights;
  const connection = await edges.inbox.connections.findByRepository(id);
  const current = splitName(repo);
  const look = (line: string, work: () => Promise<Check>) => lookAt(edges, repo, line, work);
  let path: string | undefined;
  const workflow = await look('workflow', async () => {
    const examined = await examineWorkflow(github, current);
    path = examined.path;
    return examined.check;
  });
  const checks = [
    judgeRights(rights),
    await look('runs_permission', () => examineRunsRight(github, current)),
    await look('webhook', () => examineHook(edges, github, current, connection)),
    workflow,
    await look('actions', () => examineActions(github, current, path)),
    ...(await examineLedger(edges.inbox.events, id)),
  ];
  return { repo, checks };
}

/** What GitHub refuses to show is a problem of that line only. */
async function lookAt(
  edges: ConnectEdges,
  repo: string,
  line: string,
  work: () => Promise<Check>,
): Promise<Check> {
  try {
    return await callGitHub(edges, line === 'webhook' ? 'hooks' : 'repository', repo, work);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return tellOf(line)('problem', error.message);
  }
}
