import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openInbox } from '../../../forwarder/inbox/open-inbox.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { readKeyFile } from '../../../forwarder/secrets/read-key-file.ts';
import { openSecretBox } from '../../../forwarder/secrets/secret-box.ts';

const KEY = Buffer.alloc(32, 1);
const NEW_KEY = Buffer.alloc(32, 2);
const SECRET = 'f'.repeat(64);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nectr-secrets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a secret box', () => {
  const box = openSecretBox([KEY]);

  it('opens what it has sealed, and seals each time in another way', () => {
    const sealed = box.seal(SECRET, 7);
    expect(box.open(sealed, 7)).toBe(SECRET);
    expect(sealed).not.toContain(SECRET);
    expect(box.seal(SECRET, 7)).not.toBe(sealed);
  });

  it('opens nothing for another repository', () => {
    expect(() => box.open(box.seal(SECRET, 7), 8)).toThrow('its row was changed or belongs to another');
  });

  it('opens nothing that was changed, at whatever place', () => {
    const sealed = box.seal(SECRET, 7);
    const start = sealed.lastIndexOf('.') + 1;
    for (let at = start; at < sealed.length - 1; at += 7) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => box.open(changed, 7)).toThrow('its row was changed');
    }
  });

  it('says which key is missing, without the secret', () => {
    const sealed = openSecretBox([NEW_KEY]).seal(SECRET, 7);
    expect(() => box.open(sealed, 7)).toThrow(/sealed with another key \([0-9a-f]{8}\)/);
  });

  it('with a new key in front opens the old, and seals with the new', () => {
    const both = openSecretBox([NEW_KEY, KEY]);
    const old = box.seal(SECRET, 7);
    expect(both.open(old, 7)).toBe(SECRET);
    expect(both.isCurrent(old)).toBe(false);
    expect(openSecretBox([NEW_KEY]).open(both.seal(SECRET, 7), 7)).toBe(SECRET);
  });
});

describe('the key beside the database', () => {
  it('is made once, for this user only', async () => {
    const path = join(folder, 'made', 'nectr.db');
    const key = readKeyFile(path);
    expect(key).toHaveLength(32);
    expect(readKeyFile(path)).toEqual(key);
    expect((await stat(`${path}.key`)).mode & 0o777).toBe(0o600);
  });

  it('that is no key is an error with its file', async () => {
    const path = join(folder, 'broken.db');
    await writeFile(`${path}.key`, 'nonsense');
    expect(() => readKeyFile(path)).toThrow(`${path}.key is no key of 32 bytes`);
  });
});

it('a database keeps no readable secret, and is sealed again with a new key', async () => {
  const path = join(folder, 'reseal.db');
  const open = (...secretsKeys: Uint8Array[]) =>
    openInbox({ kind: 'sqlite', path }, { secretsKeys, log: openLog('silent') });
  const now = new Date();
  const before = await open(KEY);
  const { id } = await before.connections.begin(
    { repositoryId: 7, fullName: 'octo/app', secret: SECRET },
    now,
  );
  await before.connections.complete(id, 99, now);
  await before.close();
  expect((await readFile(path)).includes(SECRET)).toBe(false);
  const between = await open(NEW_KEY, KEY);
  expect(await between.reseal()).toBe(1);
  expect(await between.reseal()).toBe(0);
  await between.close();
  const after = await open(NEW_KEY);
  expect(await after.connections.findByHook(99)).toMatchObject({ secret: SECRET, state: 'connected' });
  await after.close();
});

it('a secret that is given anew while others are sealed again is not set back', async () => {
  const path = join(folder, 'meanwhile.db');
  const open = (...secretsKeys: Uint8Array[]) =>
    openInbox({ kind: 'sqlite', path }, { secretsKeys, log: openLog('silent') });
  const now = new Date();
  const before = await open(KEY);
  const { id } = await before.connections.begin(
    { repositoryId: 7, fullName: 'octo/app', secret: SECRET },
    now,
  );
  await before.connections.complete(id, 99, now);
  await before.close();
  const inbox = await open(NEW_KEY, KEY);
  const connection = await inbox.connections.findByHook(99);
  if (!connection) throw new Error('it was connected');
  const rotated = { ...connection, secret: 'f'.repeat(64), previousSecret: SECRET };
  // The store takes turns: this comes after the first reading, and before the first writing.
  const resealing = inbox.reseal();
  await inbox.connections.restore(rotated, now);
  await resealing;
  expect(await inbox.connections.findByHook(99)).toMatchObject({
    secret: rotated.secret,
    previousSecret: SECRET,
  });
  await inbox.close();
});
