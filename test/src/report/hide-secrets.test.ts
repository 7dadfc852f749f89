import { describe, expect, it } from '@jest/globals';
import { composeHideSecrets } from '../../../src/report/hide-secrets.ts';

const KNOWN = 'known value/of+this process';
const hide = composeHideSecrets([KNOWN, 'short']);
const filled = (length: number): string => 'a1B2'.repeat(20).slice(0, length);

describe('composeHideSecrets', () => {
  it.each([
    ['as it is', KNOWN],
    ['encoded for an address', encodeURIComponent(KNOWN)],
    ['in base64', btoa(KNOWN)],
    ['in the base64 of more, one byte on', btoa(`a${KNOWN}bc`)],
    ['in the base64 of more, two bytes on', btoa(`ab${KNOWN}bc`)],
    ['with what is not seen inside', KNOWN.replace(' ', ' \u200B')],
    ['spelled out', KNOWN.split('').join(' ')],
    ['backwards', KNOWN.split('').toReversed().join('')],
    ['in hexadecimal', Buffer.from(KNOWN).toString('hex')],
    ['in capitals, by entities', KNOWN.toUpperCase().replaceAll(' ', '&#32;').replace('&#32;', ' ')],
  ])('hides what the process knows: %s', (_, form) => {
    expect(hide(`before ${form} after`)).not.toContain(form.replace(/=+$/, ''));
  });

  it.each([
    `sk-ant-${filled(30)}`,
    `ghp_${filled(36)}`,
    `ghs_${filled(36)}`,
    `github_pat_${filled(60)}`,
    `AKIA${'ABCD1234'.repeat(2)}`,
    `xoxb-${filled(20)}`,
    `glpat-${filled(20)}`,
    `npm_${filled(36)}`,
    `AIza${filled(35)}`,
    `sk_live_${filled(24)}`,
    `eyJ${filled(20)}.${filled(20)}.${filled(20)}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${filled(40)}\n-----END RSA PRIVATE KEY-----`,
  ])('hides what looks like a secret: %s', (secret) => {
    expect(hide(`x ${secret} y`)).toBe('x [secret removed] y');
  });

  it('hides a password in an address, and nothing else of it', () => {
    expect(hide('postgres://me:hunter22@db/x')).toBe('postgres://me:[secret removed]@db/x');
  });

  it('leaves words alone', () => {
    const text = 'A short task-list: ask `ghost_town` about sk-8 and the token.';
    expect(hide(text)).toBe(text);
  });
});
