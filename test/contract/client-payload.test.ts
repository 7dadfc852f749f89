import { describe, expect, it } from '@jest/globals';
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { clientPayloadSchema, parseClientPayload } from '../../contract/client-payload.ts';

const payload = {
  version: 1,
  event_id: 7,
  delivery_id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  repository_id: 1296269,
  pull_request: 42,
  head_sha: 'a'.repeat(40),
  base_sha: 'b'.repeat(40),
  action: 'opened',
  sent_at: '2026-11-23T10:00:00Z',
};

function reasonOf(value: unknown): string {
  const parsed = parseClientPayload(value);
  return parsed.kind === 'refused' ? parsed.reason : '';
}

// The Action does so in its entry; naming all of zod, as the forwarder does, is the same.
config(english());

describe('parseClientPayload', () => {
  it('reads what the forwarder sends', () => {
    expect(parseClientPayload(payload)).toEqual({ kind: 'payload', payload });
  });

  it('has at most ten keys, as GitHub allows', () => {
    expect(Object.keys(clientPayloadSchema.def.innerType.shape).length).toBeLessThanOrEqual(10);
  });

  it('names a future version and says to update the Action', () => {
    expect(reasonOf({ ...payload, version: 2, anything: true })).toBe(
      'client_payload has version 2, and this Action reads version 1: update the `uses:` line of the workflow to a newer Nectr',
    );
  });

  it('names an older version and says to update the forwarder', () => {
    expect(reasonOf({ ...payload, version: 0 })).toMatch(/version 0.*update the forwarder/);
  });

  it.each([[null], [undefined], ['x'], [[]], [{}]])('refuses %j as not sent by a forwarder', (value) => {
    expect(reasonOf(value)).toMatch(/not sent by a Nectr forwarder/);
  });

  it('names every field that is wrong', () => {
    const reason = reasonOf({ ...payload, head_sha: 'HEAD', pull_request: '42' });
    expect(reason).toMatch(/pull_request: .*; head_sha: a full commit SHA/);
  });

  it('refuses a key it does not know', () => {
    expect(reasonOf({ ...payload, title: 'text of a pull request' })).toMatch(/title/);
  });
});
