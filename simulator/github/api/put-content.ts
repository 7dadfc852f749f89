// One file committed to a branch through the API.
import { commitChange, resolveCommit } from '../git/bare-repository.ts';
import { listTree } from '../git/read-tree.ts';
import { relocateExample } from '../present/example.ts';
import { moveBranch } from '../pull-requests.ts';
import { requirePermission } from './access.ts';
import { BrokenRule, Refusal, type Handler } from './call.ts';
import { presentEntry } from './contents.ts';

export const putContent: Handler = async (call) => {
  const { world, repository, token, params, body } = call;
  const path = params['path'] ?? '';
  const input = body as { message: string; content: string; branch?: string; sha?: string };
  // docs.github.com/rest/repos/contents: files of workflows need the right to workflows as well.
  if (path.startsWith('.github/workflows/')) {
    requirePermission(world, token, repository, { scope: 'workflows', level: 'write' });
  }
  const { branch = repository.defaultBranch } = input;
  const { gitDir } = repository;
  const parent = await resolveCommit(gitDir, `refs/heads/${branch}`);
  if (parent === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const [existing] = await listTree(gitDir, parent, path);
  if (existing && input.sha === undefined) {
    throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (existing && input.sha !== existing.sha) {
    throw new Refusal(409, `${path} does not match ${String(input.sha)}`);
  }
  const content = Buffer.from(input.content, 'base64');
  if (content.toString('base64') !== input.content.replaceAll('\n', '')) {
    throw new BrokenRule(422, 'content is not valid Base64');
  }
  const change = { files: { [path]: content }, message: input.message, author: token.login };
  const after = await commitChange(gitDir, branch, parent, change);
  await moveBranch(world, repository, branch, parent, after);
  const [entry] = await listTree(gitDir, after, path);
  const example = relocateExample('file-commit-example-for-creating-a-file', world, repository);
  return {
    status: existing ? 200 : 201,
    body: { ...example, content: entry && presentEntry(call, branch, entry) },
  };
};
