// Repository → the likely cause that a dispatch has started no run, as the doctor finds it.
import { examineActions } from '../doctor/examine-actions.ts';
import { examineWorkflow } from '../doctor/examine-workflow.ts';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readRefusal } from '../github/read-refusal.ts';

export async function explainMissingRun(github: GitHub, name: RepositoryName): Promise<string> {
  try {
    const workflow = await examineWorkflow(github, name);
    const findings = [workflow.check, await examineActions(github, name, workflow.path)];
    const cause = findings.find(({ status }) => status === 'problem');
    return (
      cause?.message ??
      'The workflow looks right: see the Actions page of the repository, and https://www.githubstatus.com.'
    );
  } catch (error) {
    const refusal = readRefusal(error, new Date());
    return `The cause could not be looked up (${'message' in refusal ? refusal.message : refusal.kind}).`;
  }
}
