import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readInputs } from '../../src/inputs.ts';

let folder: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nectr-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.env = { ...before };
});

/** As the runner starts the step: `with` by INPUT_ variables, the event by a file. */
function read(eventName: string, event: unknown, inputs: Readonly<Record<string, string>> = {}) {
  const eventPath = join(folder, 'event.json');
  writeFileSync(eventPath, JSON.stringify(event));
  const given: Record<string, string> = {
    'anthropic-api-key': 'sk-ant-x',
    'anthropic-base-url': '',
    'github-token': 'ghs_x',
    'pull-request': '',
    model: 'claude-opus-5-5',
    'review-mode': 'standard',
    effort: 'medium',
    'max-cost-usd': '5',
    'fail-on': 'none',
    'dry-run': 'false',
    force: 'false',
    ...inputs,
  };
  for (const [name, value] of Object.entries(given)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  return readInputs({
    GITHUB_REPOSITORY: 'octo/shop',
    GITHUB_REPOSITORY_ID: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_RUN_ID: '9',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: eventName,
    GITHUB_EVENT_PATH: eventPath,
    RUNNER_TEMP: folder,
  });
}

const sha = 'a'.repeat(40);
const pullEvent = (headRepo: { id: number } | null) => ({
  pull_request: { number: 5, head: { sha, repo: headRepo }, base: { repo: { id: 1 } } },
});

describe('readInputs', () => {
  it.each([
    ['pull_request', pullEvent({ id: 1 }), 5],
    ['pull_request_target', pullEvent({ id: 2 }), 5],
    ['workflow_dispatch', { inputs: { pull_request: '12' } }, 12],
  ])('takes the pull request from a %s', (name, event, number) => {
    expect(read(name, event).pullRequest).toBe(number);
  });

  it('takes the pull request from the input before the event', () => {
    expect(read('pull_request', pullEvent({ id: 1 }), { 'pull-request': '8' }).pullRequest).toBe(8);
    expect(read('push', {}, { 'pull-request': '8' }).pullRequest).toBe(8);
  });

  it('knows the page of the run', () => {
    expect(read('pull_request', pullEvent({ id: 1 })).runUrl).toBe(
      'https://github.com/octo/shop/actions/runs/9',
    );
  });

  it.each(['0', '-1', '1.5', 'abc', '0x2A', '1e1', '99999999999999999999'])(
    'refuses the number %s and repeats it',
    (number) => {
      expect(() => read('push', {}, { 'pull-request': number })).toThrow(`given was "${number}"`);
    },
  );

  it.each([
    ['push', {}, /cannot tell which pull request to review on the event `push`/],
    ['workflow_dispatch', { inputs: null }, /give the workflow an input `pull_request`/],
    ['repository_dispatch', { client_payload: {}, repository: { id: 1 } }, /has no version/],
  ])('says what is missing on %s', (name, event, message) => {
    expect(() => read(name, event)).toThrow(message);
  });

  it('explains a missing key, differently for a fork', () => {
    const empty = { 'anthropic-api-key': '' };
    expect(() => read('pull_request', pullEvent({ id: 1 }), empty)).toThrow(
      'add the secret ANTHROPIC_API_KEY',
    );
    expect(() => read('pull_request', pullEvent({ id: 2 }), empty)).toThrow('GitHub gives no secrets');
    expect(() => read('pull_request', pullEvent(null), empty)).toThrow('GitHub gives no secrets');
  });

  it.each(['ftp://x', 'x', 'javascript:1'])('refuses %s as the address of the API', (url) => {
    expect(() => read('pull_request', pullEvent({ id: 1 }), { 'anthropic-base-url': url })).toThrow(
      'The input `anthropic-base-url` must be an http or https address',
    );
  });

  it('never repeats a secret in an error', () => {
    const given = { 'anthropic-api-key': 'sk-ant-secret', 'anthropic-base-url': 'not an address' };
    expect(() => read('pull_request', pullEvent({ id: 1 }), given)).toThrow(
      /^(?!.*sk-ant-secret).*anthropic-base-url/s,
    );
  });

  it.each([
    ['review-mode', 'fast', 'standard, parallel'],
    ['effort', '', 'low, medium, high'],
    ['fail-on', 'nit', 'none, critical, major, minor'],
    ['max-cost-usd', '-1', 'above 0'],
    ['max-cost-usd', '0', 'above 0'],
    ['max-cost-usd', 'cheap', 'such as 2.50'],
  ])('names the input %s, what was given (%s) and what is allowed', (name, value, allowed) => {
    const reading = () => read('pull_request', pullEvent({ id: 1 }), { [name]: value });
    expect(reading).toThrow(`\`${name}\``);
    expect(reading).toThrow(allowed);
  });
});
