// A history of one pull request, delivered in any order and with any repetition, ends in the state that the order of things
// ends in: the newest head waits to be dispatched, or nothing does when it was closed last.
import fc from 'fast-check';
import { composePullRequest, deliver } from '../../forwarder/delivery.ts';
import { FAST_RETRIES, startLocalForwarder, type LocalForwarder } from '../../forwarder/local-forwarder.ts';
import { atLeast, fact, type Figure } from '../scenario.ts';

export interface PropertySize {
  readonly runs: number;
  readonly seed: number;
}

const HOUR_MS = 60 * 60_000;

type Step = 'synchronize' | 'closed' | 'labeled' | 'edited';

interface Story {
  readonly steps: readonly Step[];
  /** Which of them comes when; each at least once. */
  readonly order: readonly number[];
}

const stories: fc.Arbitrary<Story> = fc
  .array(fc.constantFrom<Step>('synchronize', 'synchronize', 'synchronize', 'closed', 'labeled', 'edited'), {
    maxLength: 7,
  })
  .chain((steps) => {
    const all = Array.from({ length: steps.length + 1 }, (_, at) => at);
    const again = fc.array(fc.constantFrom(...all), { maxLength: 6 });
    const orders = again.chain((more) => {
      const items = [...all, ...more];
      return fc.shuffledSubarray(items, { minLength: items.length });
    });
    return orders.map((order) => ({ steps, order }));
  });

/** @throws what fast-check found, with the smallest history that shows it */
export async function proveOrders({ runs, seed }: PropertySize): Promise<Figure[]> {
  // Without a token nothing leaves the store, so that what is left there is the final state.
  const forwarder = await startLocalForwarder({
    policy: { ...FAST_RETRIES, tokenWaitMs: HOUR_MS, maxAgeMs: 2 * HOUR_MS },
  });
  let number = 0;
  let deliveries = 0;
  try {
    const property = fc.asyncProperty(stories, async ({ steps, order }) => {
      number += 1;
      deliveries += order.length;
      await play(forwarder, number, steps, order);
      const waiting = await readWaiting(forwarder, number);
      const expected = findLastHead(steps);
      if (waiting.join() !== (expected ?? '')) {
        throw new Error(`${waiting.join() || 'nothing'} waits instead of ${expected ?? 'nothing'}`);
      }
    });
    await fc.assert(property, { numRuns: runs, seed });
    return [
      atLeast('histories', number, runs),
      atLeast('deliveries', deliveries, runs),
      fact('each ended in the state of its true order', true),
    ];
  } finally {
    await forwarder.close();
  }
}

/** One character that stands for the head at that step: only a push changes it. */
function headAt(steps: readonly Step[], at: number): string {
  return steps
    .slice(0, at)
    .filter((step) => step === 'synchronize')
    .length.toString(16);
}

async function play(
  { url }: LocalForwarder,
  number: number,
  steps: readonly Step[],
  order: readonly number[],
): Promise<void> {
  for (const at of order) {
    const payload = composePullRequest({
      action: at === 0 ? 'opened' : (steps[at - 1] ?? ''),
      number,
      head: headAt(steps, at),
      updatedAt: new Date(Date.UTC(2026, 10, 1) + at * 1000).toISOString(),
    });
    const { status } = await deliver(url, payload, { deliveryId: `of-${number}-${at}` });
    if (status !== 200) throw new Error(`a delivery was answered with ${status}`);
  }
}

function findLastHead(steps: readonly Step[]): string | undefined {
  const last = steps.findLastIndex((step) => step === 'synchronize' || step === 'closed');
  return steps[last] === 'closed' ? undefined : headAt(steps, last + 1).repeat(40);
}

async function readWaiting(forwarder: LocalForwarder, number: number): Promise<string[]> {
  const { body } = await forwarder.ask('GET', '/api/v1/events?limit=50');
  return (body['events'] as { status: string; pull_request: number; head_sha: string }[])
    .filter(({ status, pull_request }) => pull_request === number && /pending|processing/.test(status))
    .map(({ head_sha }) => head_sha);
}
