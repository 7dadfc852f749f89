import { describe, expect, it } from '@jest/globals';
import { verifySignature } from '../../../forwarder/webhook/verify-signature.ts';
import { sign } from '../delivery.ts';

// docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
const secret = "It's a Secret to Everybody";
const body = Buffer.from('Hello, World!');
const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

describe('verifySignature', () => {
  it("agrees with GitHub's own test vector", () => {
    expect(verifySignature(body, signature, [{ secret }])).toEqual({ secret });
  });

  it('names which of several keys has signed', () => {
    const keys = [{ secret: 'another' }, { secret }, { secret: 'a third' }];
    expect(verifySignature(body, signature, keys)).toBe(keys[1]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one without its name', signature.slice('sha256='.length)],
    ['one of SHA-1', `sha1=${signature.slice(-40)}`],
    ['one that is cut', signature.slice(0, -1)],
    ['one that is longer', `${signature}0`],
    ['one in capitals', signature.toUpperCase()],
    ['zeros', `sha256=${'0'.repeat(64)}`],
    ['one of another body', sign('Hello, World', secret)],
    ['one of another secret', sign(body, 'another')],
  ])('refuses %s', (_, given) => {
    expect(verifySignature(body, given, [{ secret }])).toBeUndefined();
  });

  it('verifies nothing with an empty secret', () => {
    expect(verifySignature(body, sign(body, ''), [{ secret: '' }])).toBeUndefined();
  });

  it('verifies nothing without a key, also not what its stand-in signed', () => {
    expect(verifySignature(body, sign(body, 'no key'), [])).toBeUndefined();
  });
});
