// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- forwarder` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveAnyBytes } from './any-bytes.ts';
import { proveFloods } from './floods.ts';
import { proveMutatedDeliveries } from './mutated-deliveries.ts';
import { proveOrders } from './orders.ts';

/** Processes are started and killed: a busy machine takes several times as long as an idle one. */
const LONG_MS = 240_000;

describe('what nobody should send', () => {
  it('in any order and number ends in the state of the true order', async () => {
    expectAll(await proveOrders({ runs: 25, seed: 11 }));
  });

  it(
    'is answered by the table, and tells nothing of others',
    async () => {
      expectAll(await proveAnyBytes({ runs: 30, seed: 11 }));
    },
    LONG_MS,
  );

  it(
    'is never accepted with a wrong signature',
    async () => {
      expectAll(await proveMutatedDeliveries({ deliveries: 150, seed: 11 }));
    },
    LONG_MS,
  );

  it(
    'by the hundred leaves others their answers, and memory its bound',
    async () => {
      expectAll(await proveFloods({ slow: 60, large: 12 }));
    },
    LONG_MS,
  );
});
