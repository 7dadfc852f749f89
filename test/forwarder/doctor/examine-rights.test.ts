import { expect, it } from '@jest/globals';
import { judgeRights } from '../../../forwarder/doctor/examine-rights.ts';

const RIGHTS = { id: 1, fullName: 'octo/app', canPush: true, isAdmin: true };

it.each([
  [undefined, 'ok', /reaches octo\/app/],
  [['repo'], 'ok', /reaches/],
  [['public_repo', 'admin:repo_hook'], 'ok', /reaches/],
  [['public_repo', 'write:repo_hook'], 'ok', /reaches/],
  [['public_repo'], 'problem', /lacks the scope `admin:repo_hook`/],
  [['public_repo', 'read:repo_hook'], 'problem', /lacks the scope `admin:repo_hook`/],
  [['admin:repo_hook'], 'problem', /lacks the scope `repo`/],
] as const)('a token with the scopes %j is %s', (scopes, status, message) => {
  expect(judgeRights({ ...RIGHTS, scopes })).toMatchObject({
    status,
    message: expect.stringMatching(message),
  });
});
