// Commands in comments: who may give them, and what each does.
import { describe, expect, test } from '@jest/globals';
import type { Run } from '../../simulator/runner/local-runner.ts';
import { waitFor } from '../forwarder/wait-for.ts';
import { finding, findings, openStage, outputsOf, REPOSITORY, type Stage } from './stage.ts';

const open = () =>
  openStage({
    base: { 'a.js': 'first();\n' },
    change: { 'a.js': 'first();\nBAD_one(here);\n' },
    script: () => findings(finding('a.js', 2, 'BAD_one(here);')),
    fromFork: false,
  });

/** The run that a comment starts. */
async function say(stage: Stage, login: string, body: string, thread?: number): Promise<Run> {
  const before = stage.runner.runs.length;
  if (thread === undefined) await stage.github.comment(REPOSITORY, 1, login, body);
  else await stage.github.reply(REPOSITORY, thread, login, body);
  return waitFor('the end of the run of the comment', () => {
    const run = stage.runner.runs[before];
    return run?.status === 'completed' && run;
  }, 25_000);
}

describe('a command', () => {
  test('/nectr review of somebody with write access is answered with a review', async () => {
    await using stage = await open();
    stage.github.addCollaborator(REPOSITORY, 'operator', 'write');
    const run = await say(stage, 'operator', '/nectr review\nplease');
    expect(outputsOf(run)['status']).toBe('reviewed');
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(1);
    expect(stage.github.repository(REPOSITORY).issueComments[0]?.reactions).toMatchObject([{ content: 'eyes' }]);
    expect([...stage.github.violations, ...stage.runner.violations]).toEqual([]);
  });

  test('/nectr review full reads a reviewed head again, and repeats no comment', async () => {
    await using stage = await open();
    stage.github.addCollaborator(REPOSITORY, 'operator', 'write');
    await stage.dispatch();
    const run = await say(stage, 'operator', '/nectr review full');
    expect(outputsOf(run)).toMatchObject({ status: 'reviewed', findings: '0' });
    expect(stage.github.reviews(REPOSITORY, 1)).toHaveLength(2);
    expect(stage.github.reviewComments(REPOSITORY, 1)).toHaveLength(1);
  });

  test('of somebody without write access does nothing, without a word', async () => {
    await using stage = await open();
    const run = await say(stage, 'mallory', '/nectr review');
    expect(outputsOf(run)).toMatchObject({ status: 'skipped', reason: expect.stringContaining('no write access') });
    expect(stage.github.repository(REPOSITORY).issueComments).toHaveLength(1);
    expect(stage.claude.requests).toEqual([]);
  });

  test('/nectr help is answered once', async () => {
    await using stage = await open();
    stage.github.addCollaborator(REPOSITORY, 'operator', 'admin');
    expect(outputsOf(await say(stage, 'operator', '/nectr help'))['status']).toBe('skipped');
    const said = stage.github.repository(REPOSITORY).issueComments.map(({ body }) => body);
    expect(said).toEqual(['/nectr help', expect.stringContaining('/nectr dismiss')]);
  });

  test('/nectr dismiss in a thread: the finding is not told again', async () => {
    await using stage = await open();
    stage.github.addCollaborator(REPOSITORY, 'operator', 'write');
    await stage.dispatch();
    const [comment] = stage.github.reviewComments(REPOSITORY, 1);
    // A reaction that cannot be given changes nothing.
    const route = '/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions';
    stage.github.fail({ method: 'POST', route, status: 404 });
    const run = await say(stage, 'operator', '/nectr dismiss', comment?.id ?? 0);
    expect(outputsOf(run)['reason']).toContain('has dismissed a finding');
    await stage.github.commit(REPOSITORY, 'change', { message: 'More', files: { 'b.js': 'more();\n' } });
    const later = await stage.dispatch();
    expect(outputsOf(later)).toMatchObject({ status: 'reviewed', findings: '0' });
    expect(outputsOf(later)['reason']).not.toContain('still open');
  });

  test('a comment that is no command starts no job', async () => {
    await using stage = await open();
    const run = await say(stage, 'mallory', 'I do not like /nectr review');
    expect([run.conclusion, run.steps]).toEqual(['skipped', []]);
  });
});
