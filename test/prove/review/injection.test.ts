// Proofs in their short form: the same functions, smaller numbers. `npm run prove -- review` is the full length.
import { describe, it } from '@jest/globals';
import { expectAll } from '../expect-all.ts';
import { proveComposed } from './injection/composed.ts';
import { proveInjection } from './injection/injection.ts';

describe('injected text', () => {
  it('in any field of an outcome does nothing where it is posted', () => {
    expectAll(proveComposed());
  });

  it('neither leaves its block nor does anything, with a Claude that obeys it', async () => {
    expectAll(await proveInjection({ carriersEach: 4, step: 61, lanes: 1 }));
  });
});
