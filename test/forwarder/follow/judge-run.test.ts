import { describe, expect, it } from '@jest/globals';
import { findRun, judgeRun } from '../../../forwarder/follow/judge-run.ts';
import type { WorkflowRun } from '../../../forwarder/github/list-runs.ts';
import type { FollowedEvent } from '../../../forwarder/inbox/event.ts';

const compose = (patch: Partial<WorkflowRun> = {}): WorkflowRun => ({
  id: 10,
  display_title: 'Nectr review of #7 (one)',
  status: 'completed',
  conclusion: 'success',
  created_at: '2026-11-01T00:00:00Z',
  html_url: 'https://github.test/run/10',
  ...patch,
});

const event = (patch: Partial<FollowedEvent> = {}) =>
  ({ deliveryId: 'one', runId: null, runUrl: null, ...patch }) as FollowedEvent;

describe('a run', () => {
  it.each([
    ['success', { kind: 'completed' }],
    ['neutral', { kind: 'completed' }],
    ['skipped', { kind: 'completed', reason: expect.stringMatching(/^run_skipped/) }],
    ['cancelled', { kind: 'cancelled', reason: expect.stringMatching(/^run_cancelled: .*run\/10/) }],
    ['failure', { kind: 'failed', reason: 'run_failure: see https://github.test/run/10' }],
    ['timed_out', { kind: 'failed', reason: expect.stringMatching(/^run_timed_out: see/) }],
    ['startup_failure', { kind: 'failed', reason: expect.stringMatching(/cannot start the workflow/) }],
    ['action_required', { kind: 'failed', reason: expect.stringMatching(/has to approve/) }],
    [null, { kind: 'failed', reason: expect.stringMatching(/^run_ended: see/) }],
  ])('that is completed with %s ends its event', (conclusion, end) => {
    expect(judgeRun(compose({ conclusion }))).toEqual(end);
  });

  it.each(['queued', 'in_progress', 'waiting', null])('that is %s ends nothing', (status) => {
    expect(judgeRun(compose({ status, conclusion: null }))).toBeUndefined();
  });
});

describe('the run of an event', () => {
  it('is the newest whose name has the delivery', () => {
    const runs = [compose({ id: 12, display_title: 'of (two)' }), compose({ id: 11 }), compose({ id: 10 })];
    expect(findRun(event(), runs)?.id).toBe(11);
    expect(findRun(event({ deliveryId: 'three' }), runs)).toBeUndefined();
  });

  it('is not that of the dispatch before', () => {
    const again = event({ runId: 10 });
    expect(findRun(again, [compose({ id: 10 })])).toBeUndefined();
    expect(findRun(again, [compose({ id: 11 }), compose({ id: 10 })])?.id).toBe(11);
  });

  it('stays the same once it is known, until a newer one takes its place', () => {
    const known = event({ runId: 10, runUrl: 'https://github.test/run/10' });
    expect(findRun(known, [compose({ id: 10 })])?.id).toBe(10);
    expect(findRun(known, [compose({ id: 11 }), compose({ id: 10 })])?.id).toBe(11);
  });
});
