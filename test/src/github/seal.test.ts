import { describe, expect, it } from '@jest/globals';
import { composeSeal } from '../../../src/github/seal.ts';

const seal = composeSeal('sk-ant-key', 'octo/shop#7');

describe('composeSeal', () => {
  it('opens what it has closed, wherever it stands, and shows nothing of it', () => {
    const line = seal.close('{"a":"--> é"}');
    expect(line).not.toContain('é');
    expect(seal.open(`text\r\n${line}\r\nmore`)).toBe('{"a":"--> é"}');
  });

  it.each([
    ['another key', composeSeal('sk-ant-other', 'octo/shop#7').close('x')],
    ['another pull request', composeSeal('sk-ant-key', 'octo/shop#8').close('x')],
    ['another text', seal.close('x').replace(/v1 ./, 'v1 Z')],
    ['no signature', '<!-- nectr:ledger v1 eA. -->'],
    ['nothing', ''],
  ])('does not open what was closed with %s', (_, line) => {
    expect(seal.open(line)).toBeUndefined();
  });
});
