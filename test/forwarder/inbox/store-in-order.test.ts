import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../../../forwarder/inbox/event.ts';
import type { StoredDelivery } from '../../../forwarder/inbox/inbox.ts';
import { storeInOrder } from '../../../forwarder/inbox/events/store-in-order.ts';
import { waitFor } from '../wait-for.ts';

const compose = (deliveryId: string, action: string, pullRequest = 7): NewEvent => ({
  deliveryId,
  bodyDigest: deliveryId,
  eventType: `${action}_pull_request`,
  action,
  repo: 'octo/app',
  repositoryId: 1,
  effect: 'dispatch',
  facts: {
    repositoryId: 1,
    pullRequest,
    headSha: 'a'.repeat(40),
    baseSha: 'b'.repeat(40),
    updatedAt: '2026-11-23T10:00:00.000Z',
  },
});

const STORED: StoredDelivery = { kind: 'stored', eventId: 1, queued: true };

/** What is asked at once ends when it is told to, and with what. */
const openStore = () => {
  const asked = new Map<string, PromiseWithResolvers<StoredDelivery | undefined>>();
  const closer: string[] = [];
  const store = storeInOrder({
    first: ({ event }) => {
      const ending = Promise.withResolvers<StoredDelivery | undefined>();
      asked.set(event.deliveryId, ending);
      return ending.promise;
    },
    other: ({ event }) => {
      closer.push(event.deliveryId);
      return Promise.resolve(STORED);
    },
  });
  const now = new Date('2026-11-23T10:00:00Z');
  return { asked, closer, store: (event: NewEvent) => store({ event, origin: {}, now }) };
};

describe('deliveries of one pull request', () => {
  it('go on behind the one that is asked at once, in the order in which they came', async () => {
    const { asked, closer, store } = openStore();
    const all = [
      store(compose('opened', 'opened')),
      store(compose('pushed', 'synchronize')),
      store(compose('again', 'opened')),
      store(compose('closed', 'closed')),
    ];
    await waitFor('the first', () => asked.size > 0);
    expect([...asked.keys()]).toEqual(['opened']);
    expect(closer).toEqual([]);
    asked.get('opened')?.resolve(undefined);
    await Promise.all(all);
    expect(closer).toEqual(['opened', 'pushed', 'again', 'closed']);
  });

  it('go on also when that one fails', async () => {
    const { asked, closer, store } = openStore();
    const opened = store(compose('opened', 'opened'));
    const pushed = store(compose('pushed', 'synchronize'));
    asked.get('opened')?.reject(new Error('no database'));
    await expect(opened).rejects.toThrow('no database');
    expect(await pushed).toEqual(STORED);
    expect(closer).toEqual(['pushed']);
  });

  it('wait for nothing of another one', async () => {
    const { asked, closer, store } = openStore();
    const opened = store(compose('opened', 'opened', 7));
    expect(await store(compose('pushed', 'synchronize', 8))).toEqual(STORED);
    const other = store(compose('other', 'opened', 9));
    asked.get('other')?.resolve(STORED);
    asked.get('opened')?.resolve(STORED);
    expect(await Promise.all([opened, other])).toEqual([STORED, STORED]);
    expect(closer).toEqual(['pushed']);
  });

  it('are asked at once again when nothing is under way', async () => {
    const { asked, store } = openStore();
    const opened = store(compose('opened', 'opened'));
    asked.get('opened')?.resolve(STORED);
    await opened;
    const again = store(compose('again', 'opened'));
    expect([...asked.keys()]).toEqual(['opened', 'again']);
    asked.get('again')?.resolve(STORED);
    expect(await again).toEqual(STORED);
  });
});
