import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { FAST_FOLLOWING } from '../local-forwarder.ts';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();
const RUNS = '/repos/{owner}/{repo}/actions/runs';
const WORKFLOW = '.github/workflows/nectr.yml';
const AT_ONCE = { followPolicy: { ...FAST_FOLLOWING, missingAfterMs: 0 } };

async function send(input = {}): Promise<unknown> {
  return (await stage.scene.send(input)).body['event_id'];
}

async function readWhen(id: unknown, isSo: (event: Record<string, unknown>) => boolean) {
  return waitFor(`event ${String(id)}`, async () => {
    const event = await stage.scene.readEvent(id);
    return isSo(event) && event;
  });
}

const readWhenDone = (id: unknown) => readWhen(id, ({ completed_at }) => completed_at !== null);

/** A run of the dispatch of that event, as somebody's workflow would start it. */
async function startRun(id: unknown, delivery?: string) {
  const event = await readWhen(id, ({ dispatched_at }) => dispatched_at !== null);
  const { repo, github } = stage.scene;
  return github.workflowRuns.create({
    fullName: repo,
    name: 'Nectr',
    path: WORKFLOW,
    displayTitle: `Nectr review of #7 (${delivery ?? String(event['delivery_id'])})`,
    event: 'repository_dispatch',
    headSha: 'f'.repeat(40),
    headBranch: 'main',
    actor: 'ada',
  });
}

async function commitWorkflow(change: (text: string) => string = (text) => text): Promise<void> {
  const text = await readFile('docs/samples/nectr.yml', 'utf8');
  const files = { [WORKFLOW]: change(text) };
  await stage.github.commit(stage.scene.repo, 'main', { files, message: 'Review' });
}

const expectCause = async (cause: RegExp): Promise<void> => {
  const { status, reason } = await readWhenDone(await send());
  expect(status).toBe('failed');
  expect(reason).toMatch(/^run_missing: no run appeared within 0 minutes\. /);
  expect(reason).toMatch(cause);
};

const listReads = (): number[] =>
  stage.github.requests
    .filter(({ route, path }) => route === RUNS && path.includes(stage.scene.repo))
    .map(({ status }) => status);

describe('a dispatched event', () => {
  it('is processing until its run ends, and shows the run', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    const { id: runId } = await startRun(id);
    const running = await readWhen(id, ({ run_url }) => run_url !== null);
    expect(running).toMatchObject({ status: 'processing', completed_at: null, reason: null });
    stage.github.workflowRuns.update(runId, { status: 'completed', conclusion: 'success' });
    expect(await readWhenDone(id)).toMatchObject({
      status: 'completed',
      run_url: `${stage.github.url}/${stage.scene.repo}/actions/runs/${runId}`,
    });
  });

  it('is followed by the id of its run when that is not in the list any more', async () => {
    let skewMs = 0;
    await stage.open({ conclusion: null, now: () => new Date(Date.now() + skewMs) });
    const id = await send();
    const { id: runId } = await startRun(id);
    await readWhen(id, ({ run_url }) => run_url !== null);
    // Out of the list, as when a thousand newer ones push it out.
    const [run] = stage.github.repository(stage.scene.repo).workflowRuns;
    Object.assign(run ?? {}, { createdAt: '2020-01-01T00:00:00Z' });
    skewMs = 90_000; // it would be missing
    await waitFor('a read by its id', () =>
      stage.github.requests.some(({ route }) => route === `${RUNS}/{run_id}`),
    );
    expect(await stage.scene.readEvent(id)).toMatchObject({ status: 'processing' });
    stage.github.workflowRuns.update(runId, { status: 'completed', conclusion: 'success' });
    expect(await readWhenDone(id)).toMatchObject({ status: 'completed', reason: null });
  });

  it('fails when its run was deleted', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    await startRun(id);
    await readWhen(id, ({ run_url }) => run_url !== null);
    stage.github.repository(stage.scene.repo).workflowRuns.splice(0);
    expect(await readWhenDone(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^run_deleted: /),
    });
  });

  it('fails with its run', async () => {
    await stage.open({ conclusion: 'failure' });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^run_failure: see http/),
      run_url: expect.stringMatching(/\/actions\/runs\/\d+$/),
    });
  });

  it('whose run the next one cancelled is superseded by it', async () => {
    await stage.open({ conclusion: null });
    const older = await send({ head: 'a' });
    const { id: run } = await startRun(older);
    const newer = await send({ head: 'c', updatedAt: '2026-11-23T10:00:01Z' });
    await startRun(newer);
    stage.github.workflowRuns.update(run, { status: 'completed', conclusion: 'cancelled' });
    expect(await readWhenDone(older)).toMatchObject({
      status: 'superseded',
      reason: `superseded: event ${String(newer)} is newer`,
    });
  });

  it('whose run another run of its pull request cancelled is superseded as well', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    const { id: run } = await startRun(id);
    // A dispatch of an older head whose answer was lost, and which came late.
    const late = await startRun(id, 'of another delivery');
    stage.github.workflowRuns.update(run, { status: 'completed', conclusion: 'cancelled' });
    expect(late.id).toBeGreaterThan(run);
    expect(await readWhenDone(id)).toMatchObject({
      status: 'superseded',
      reason: expect.stringMatching(new RegExp(`runs/${late.id} took the place of its run$`)),
    });
  });

  it('that is dispatched again waits for a run of its own', async () => {
    await stage.open({ conclusion: 'failure' });
    const id = await send();
    const { run_url: first } = await readWhenDone(id);
    await stage.scene.forwarder.ask('POST', `/api/v1/events/${String(id)}/redeliver`);
    const again = await readWhen(id, ({ run_url, status }) => status === 'failed' && run_url !== first);
    expect(again['run_url']).toMatch(/\/actions\/runs\/\d+$/);
    expect(stage.scene.dispatches).toHaveLength(2);
  });

  it('is followed under the new name of its repository', async () => {
    await stage.open({ conclusion: null });
    await stage.scene.connect();
    const id = await send();
    const { id: run } = await startRun(id);
    stage.github.renameRepository(stage.scene.repo, `renamed-${run}`);
    stage.github.workflowRuns.update(run, { status: 'completed', conclusion: 'success' });
    expect(await readWhenDone(id)).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['after its run was seen', true, undefined, FAST_FOLLOWING],
    ['before its run was seen', false, undefined, AT_ONCE.followPolicy],
    ['by one that the token does not see', false, 404, FAST_FOLLOWING],
  ])('is followed when its former name was taken %s', async (_, isSeen, refusal, followPolicy) => {
    await stage.open({ conclusion: null, followPolicy });
    const { github, scene } = stage;
    const hide = { route: RUNS, status: 502, times: 1000 };
    const show = isSeen ? () => {} : github.fail(hide);
    const id = await send();
    const { id: run } = await startRun(id);
    if (isSeen) await readWhen(id, ({ run_url }) => run_url !== null);
    const name = scene.repo.split('/')[1] ?? '';
    github.renameRepository(scene.repo, `${name}-moved`);
    await github.createRepository('ada', name, { files: { a: 'a' } });
    github.workflowRuns.update(run, { status: 'completed', conclusion: 'success' });
    if (refusal !== undefined) github.fail({ route: RUNS, status: refusal });
    show();
    expect(await readWhenDone(id)).toMatchObject({ status: 'completed', reason: null });
  });

  it('whose repository cannot be looked up right now stays open', async () => {
    await stage.open({ conclusion: null });
    const onHit = () => void stage.github.fail({ route: '/repos/{owner}/{repo}', status: 502 });
    stage.github.fail({ route: RUNS, status: 404, onHit });
    const id = await send();
    const { id: run } = await startRun(id);
    stage.github.workflowRuns.update(run, { status: 'completed', conclusion: 'success' });
    expect(await readWhenDone(id)).toMatchObject({ status: 'completed' });
  });

  it('is followed on after GitHub was away', async () => {
    stage.github.fail({ route: RUNS, status: 502, times: 2 });
    stage.github.fail({ route: RUNS, reset: 'before' });
    expect(await readWhenDone(await send())).toMatchObject({ status: 'completed' });
  });

  it('with a token that may not read runs is completed, and says that it was not followed', async () => {
    stage.github.fail({ route: RUNS, status: 403 });
    expect(await readWhenDone(await send())).toMatchObject({
      status: 'completed',
      reason: expect.stringMatching(/^not_followed: .*Actions: read/),
      run_url: null,
    });
  });

  it('whose repository went away fails', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    await readWhen(id, ({ dispatched_at }) => dispatched_at !== null);
    stage.github.deleteRepository(stage.scene.repo);
    expect(await readWhenDone(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^run_unreadable: /),
    });
  });

  it('whose run never ends is given up', async () => {
    await stage.open({ conclusion: null, followPolicy: { ...FAST_FOLLOWING, giveUpAfterMs: 0 } });
    const id = await send();
    await startRun(id);
    expect(await readWhenDone(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^run_unfinished: /),
    });
  });
});

describe('without a token', () => {
  it('a dispatched event ends after a day, as one whose run never ends', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    await startRun(id);
    await stage.scene.forwarder.stop();
    const { databasePath } = stage.scene.forwarder;
    const environment = { GITHUB_TOKEN: '' };
    const early = await stage.open({ databasePath, environment });
    await early.forwarder.stop();
    expect(early.forwarder.log.join('')).not.toContain('run_unfinished');
    const followPolicy = { ...FAST_FOLLOWING, giveUpAfterMs: 0 };
    await stage.open({ databasePath, environment, followPolicy });
    expect(await readWhenDone(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^run_unfinished: /),
    });
  });
});

describe('a dispatch without a run', () => {
  it('fails for want of a workflow', async () => {
    await stage.open({ conclusion: null, ...AT_ONCE });
    await expectCause(/No workflow on the default branch listens to `nectr-review`: add the workflow/);
  });

  it('fails because the workflow listens to other types', async () => {
    await stage.open({ conclusion: null, ...AT_ONCE });
    await commitWorkflow((text) => text.replace('types: [nectr-review]', 'types: [deploy]'));
    await expectCause(/only to the types `deploy`: add `nectr-review`/);
  });

  it('fails because the run cannot be found by its name', async () => {
    await stage.open({ conclusion: null, ...AT_ONCE });
    await commitWorkflow((text) => text.replace(/^run-name: .*$/m, 'run-name: Review'));
    await expectCause(/The run-name of .*nectr\.yml lacks/);
  });

  it('fails because Actions is disabled', async () => {
    const permissions = {
      metadata: 'read',
      actions: 'read',
      administration: 'read',
      contents: 'write',
    } as const;
    await stage.open({ conclusion: null, ...AT_ONCE, permissions });
    await commitWorkflow();
    stage.github.setActions(stage.scene.repo, false);
    await expectCause(/GitHub Actions is disabled/);
  });

  it('fails because the workflow was switched off', async () => {
    await stage.open({ conclusion: null, ...AT_ONCE });
    await commitWorkflow();
    stage.github.disableWorkflow(stage.scene.repo, WORKFLOW);
    await expectCause(/nectr\.yml is switched off \(disabled_manually\)/);
  });

  it('says where to look when all seems right', async () => {
    await stage.open({ conclusion: null, ...AT_ONCE });
    await commitWorkflow();
    await expectCause(/The workflow looks right: see the Actions page/);
  });
});

describe('the budget', () => {
  it('is not spent while nothing is open', async () => {
    await readWhenDone(await send());
    const before = stage.github.requests.length;
    await expect(waitFor('a request', () => stage.github.requests.length > before, 300)).rejects.toThrow(
      'in vain',
    );
  });

  it('is spent on changes only: what is unchanged is not counted', async () => {
    await stage.open({ conclusion: null });
    const id = await send();
    await startRun(id);
    await waitFor('unchanged answers', () => listReads().filter((status) => status === 304).length > 5);
    expect(listReads().filter((status) => status === 200).length).toBeLessThanOrEqual(2);
  });

  it('is not touched while GitHub asks to wait, by dispatches neither', async () => {
    await stage.open({ conclusion: null });
    stage.github.fail({ route: RUNS, status: 429, headers: { 'retry-after': '50' } });
    await send({ number: 1 });
    await waitFor('the first read', () => listReads().includes(429));
    const other = await send({ number: 2 });
    await expect(waitFor('a second read', () => listReads().length > 1, 300)).rejects.toThrow('in vain');
    expect(await stage.scene.readEvent(other)).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('is left to dispatches when little of it remains', async () => {
    await stage.open({ conclusion: null });
    const remaining = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '900' };
    const headers = { ...remaining, 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600) };
    stage.github.fail({ route: RUNS, status: 502, headers });
    const id = await send();
    await waitFor('the first read', () => listReads().includes(502));
    await expect(waitFor('a second read', () => listReads().length > 1, 300)).rejects.toThrow('in vain');
    expect(await stage.scene.readEvent(id)).toMatchObject({ status: 'processing' });
  });
});
