import { expect, it } from '@jest/globals';
import { endRotation } from '../../../forwarder/connections/end-rotation.ts';
import type { Connection } from '../../../forwarder/inbox/connection.ts';
import type { ConnectionStore } from '../../../forwarder/inbox/inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';

const CONNECTION = { repositoryId: 7, secret: 'new', previousSecret: 'old' } as Connection;

it('a burst of deliveries waits once for a rotation that is under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waits = 0;
  const exclusively = (): Promise<void> => {
    waits += 1;
    return promise;
  };
  const connections = { exclusively } as unknown as ConnectionStore;
  const edges = { connections, ending: new Set<number>(), log: openLog('silent'), now: () => new Date() };
  const burst = Array.from({ length: 50 }, () => endRotation(edges, CONNECTION, 'new'));
  expect(waits).toBe(1);
  resolve();
  await Promise.all(burst);
  await endRotation(edges, CONNECTION, 'new');
  expect(waits).toBe(2);
});
