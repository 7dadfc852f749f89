import { describe, expect, it } from '@jest/globals';
import { readWorkflow } from '../../../forwarder/doctor/read-workflow.ts';

const ALL = '{ contents: read, pull-requests: write, checks: write }';

/** `jobs`: name → its permissions, undefined where it says nothing. */
function listMissing(workflow: string | undefined, jobs: Readonly<Record<string, string | undefined>>) {
  const lines = [
    'on: { repository_dispatch: { types: [nectr-review] } }',
    ...(workflow === undefined ? [] : [`permissions: ${workflow}`]),
    'jobs:',
    ...Object.entries(jobs).map(
      ([name, permissions]) =>
        `  ${name}: { runs-on: x${permissions === undefined ? '' : `, permissions: ${permissions}`} }`,
    ),
  ];
  return readWorkflow(lines.join('\n'))?.missingPermissions;
}

describe('the permissions that a review lacks', () => {
  it('are none where the workflow, or the job, gives all of them', () => {
    expect(listMissing(ALL, { review: undefined })).toEqual([]);
    expect(listMissing('{}', { review: ALL })).toEqual([]);
    expect(listMissing(undefined, { review: 'write-all' })).toEqual([]);
  });

  it("are those of the job, whose own permissions replace the workflow's", () => {
    expect(listMissing(ALL, { review: '{ checks: write }' })).toEqual([
      'contents: read',
      'pull-requests: write',
    ]);
    expect(listMissing('{ contents: read }', { review: '{ pull-requests: write, checks: write }' })).toEqual([
      'contents: read',
    ]);
    expect(listMissing(ALL, { review: '{}' })).toHaveLength(3);
  });

  it('are not put together from several jobs', () => {
    const jobs = { one: '{ contents: read, checks: write }', other: '{ pull-requests: write }' };
    expect(listMissing(undefined, jobs)).toEqual(['pull-requests: write']);
  });

  it('are none where one of several jobs has all of them', () => {
    expect(listMissing('{ contents: read }', { lint: undefined, review: ALL })).toEqual([]);
  });

  it('are not known where nothing is said: the repository decides', () => {
    expect(listMissing(undefined, { review: undefined })).toEqual([]);
  });
});
