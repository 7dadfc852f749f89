// The whole way, told step by step: connected, opened, delivered, dispatched, reviewed, pushed, delivered twice, run
// twice, tampered with. Each step waits for what it tells of, and fails when something else happens.
import type { LocalGitHub } from '../github/local-github.ts';
import type { Run } from '../runner/local-runner.ts';
import type { Material } from './open-pull-request.ts';
import { poll } from './poll.ts';
import type { Stage } from './start-stage.ts';
import type { Timeline } from './timeline.ts';

type Delivery = ReturnType<LocalGitHub['deliveries']>[number];

/** An event as the forwarder's ledger shows it; what the story needs of it. */
interface LedgerEvent {
  readonly id: number;
  readonly delivery_id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly dispatched_at: string | null;
  readonly run_url: string | null;
}

const REVIEW_TIMEOUT_MS = 15 * 60_000;

export interface Told {
  readonly pullRequest: number;
}

export async function tellStory(stage: Stage, material: Material, timeline: Timeline): Promise<Told> {
  timeline.chapter('Connect the repository');
  await connect(stage, material.fullName, timeline);
  timeline.chapter('Open a pull request from a fork');
  const pullRequest = await material.open();
  const opened = await followReview(stage, material, timeline, pullRequest, 'opened');
  if (material.push) {
    timeline.chapter('Push to its branch');
    const sha = await material.push();
    timeline.say('GitHub', `mona pushes ${sha.slice(0, 7)}`);
    await followReview(stage, material, timeline, pullRequest, 'synchronize');
  }
  timeline.chapter('What must not happen twice, and what must not happen at all');
  await deliverAgain(stage, opened, timeline);
  await runAgain(stage, material, timeline, pullRequest);
  await tamper(stage, opened, timeline);
  return { pullRequest };
}

async function connect({ forwarder, github }: Stage, fullName: string, timeline: Timeline): Promise<void> {
  const startedAt = performance.now();
  const path = `/api/v1/repos/${fullName}/install`;
  const { status, body } = await forwarder.call('POST', path);
  expectEqual(`POST ${path}`, status, 201);
  const { webhook_id } = body as { webhook_id: number };
  timeline.say('forwarder', `POST ${path} → 201, webhook ${webhook_id} with a secret of its own`, startedAt);
  const ping = await poll('the ping of the webhook', () =>
    github.deliveries(fullName).find(({ event }) => event === 'ping'),
  );
  expectEqual('the answer to the ping', ping.statusCode, 200);
  timeline.say('GitHub', `ping, signed → ${ping.statusCode} ${ping.response.body}`);
}

async function followReview(
  stage: Stage,
  { fullName }: Material,
  timeline: Timeline,
  number: number,
  action: string,
): Promise<Delivery> {
  const { github, runner } = stage;
  const startedAt = performance.now();
  const { head, title } = github.pullRequest(fullName, number);
  timeline.say('GitHub', `${fullName}#${number} ${action} at ${head.sha.slice(0, 7)}: ${title}`);
  const delivery = await poll(`the delivery of ${action}`, () =>
    github.deliveries(fullName).findLast((sent) => sent.action === action),
  );
  expectEqual(`the answer to ${action}`, delivery.statusCode, 200);
  timeline.say('GitHub', `pull_request, signed → 200 ${delivery.response.body}`, startedAt);
  const event = await waitForEvent(stage, fullName, delivery.guid, 'the dispatch', isDispatched);
  timeline.say('forwarder', `event ${event.id} ${event.status}: repository_dispatch sent`, startedAt);
  const run = await poll('the run', () => runner.runs.findLast(({ title }) => title.includes(delivery.guid)));
  timeline.say('runner', `run ${run.id} "${run.title}"`, startedAt);
  await finish(run);
  const outputs = readOutputs(run);
  expectEqual(`the status of run ${run.id}`, outputs['status'], 'reviewed');
  const comments = github
    .reviewComments(fullName, number)
    .filter(({ reviewId }) => reviewId === Number(outputs['review-id']));
  const words = `findings: ${outputs['findings']}, comments on lines: ${comments.length}`;
  timeline.say('Action', `review ${outputs['review-id']} posted; ${words}`, startedAt);
  const ended = await waitForEvent(stage, fullName, delivery.guid, 'the end of the run', hasEnded);
  expectEqual(`the status of event ${ended.id}`, ended.status, 'completed');
  timeline.say('forwarder', `event ${ended.id} ${ended.status}: ${ended.run_url}`, startedAt);
  return delivery;
}

const isDispatched = ({ dispatched_at }: LedgerEvent): boolean => dispatched_at !== null;
const hasEnded = ({ status }: LedgerEvent): boolean => status !== 'processing';

async function waitForEvent(
  { forwarder }: Stage,
  fullName: string,
  guid: string,
  what: string,
  isSo: (event: LedgerEvent) => boolean,
): Promise<LedgerEvent> {
  const event = await poll(what, async () => {
    const { body } = await forwarder.call('GET', `/api/v1/events?repo=${encodeURIComponent(fullName)}`);
    const { events } = body as { events: LedgerEvent[] };
    const found = events.find(({ delivery_id }) => delivery_id === guid);
    return found && (isSo(found) || found.status === 'failed') ? found : undefined;
  });
  if (event.status === 'failed') throw new Error(`event ${event.id} ${event.status}: ${event.reason}`);
  return event;
}

async function deliverAgain({ github }: Stage, { id }: Delivery, timeline: Timeline): Promise<void> {
  const { statusCode, response } = await github.redeliver(id);
  expectEqual('the answer to a redelivery', statusCode, 200);
  expectEqual(
    'the status of a redelivery',
    (JSON.parse(response.body) as LedgerEvent).status,
    'duplicate_skipped',
  );
  timeline.say('GitHub', `the same delivery once more → ${statusCode} ${response.body}`);
}

async function runAgain(
  { github, runner }: Stage,
  { fullName }: Material,
  timeline: Timeline,
  number: number,
): Promise<void> {
  const startedAt = performance.now();
  const token = github.createToken('operator', { actions: 'write' });
  const answer = await fetch(`${github.apiUrl}/repos/${fullName}/actions/workflows/nectr.yml/dispatches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'nectr-demo' },
    body: JSON.stringify({ ref: 'main', inputs: { pull_request: String(number) } }),
  });
  expectEqual('the answer to workflow_dispatch', answer.status, 204);
  const run = await poll('the run by hand', () =>
    runner.runs.find(({ event }) => event === 'workflow_dispatch'),
  );
  timeline.say('runner', `run ${run.id} "${run.title}", started by hand`);
  await finish(run);
  const { status, reason } = readOutputs(run);
  expectEqual('the status of the second run', status, 'duplicate_skipped');
  timeline.say('Action', `${status}: ${reason}`, startedAt);
}

/** The signed body with one character changed, under the signature of the original. */
async function tamper({ forwarder }: Stage, delivery: Delivery, timeline: Timeline): Promise<void> {
  const tampered = delivery.request.body.replace('"number":', '"number": ');
  const answer = await fetch(`${forwarder.url}/api/v1/webhooks/github`, {
    method: 'POST',
    headers: delivery.request.headers,
    body: tampered,
  });
  const text = await answer.text();
  expectEqual('the answer to a tampered delivery', answer.status, 403);
  timeline.say('forwarder', `the delivery with one character more → 403 ${text}`);
}

async function finish(run: Run): Promise<void> {
  await poll(`run ${run.id}`, () => (run.status === 'completed' ? true : undefined), REVIEW_TIMEOUT_MS);
  if (run.conclusion === 'success') return;
  throw new Error(`run ${run.id} ended as ${run.conclusion}:\n${run.steps.map(({ log }) => log).join('\n')}`);
}

function readOutputs(run: Run): Readonly<Record<string, string>> {
  return run.steps.at(-1)?.outputs ?? {};
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} should be ${String(expected)} and was ${String(actual)}`);
}
