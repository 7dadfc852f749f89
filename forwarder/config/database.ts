// DATABASE_URL and SECRETS_KEY → the store, and what encrypts the secrets in it.
import * as z from 'zod';
import type { Database } from '../inbox/open-inbox.ts';
import { KEY_BYTES } from '../secrets/secret-box.ts';

export const databaseSchema = z
  .string()
  .refine(
    isDatabase,
    'must be sqlite:PATH, such as sqlite:./data/nectr.db, or postgres://USER:PASSWORD@HOST/DATABASE',
  )
  .default('sqlite:./data/nectr.db')
  .transform(readDatabase);

function isDatabase(value: string): boolean {
  if (value.startsWith('sqlite:')) return /^sqlite:.*[^/]$/.test(value);
  const url = URL.parse(value);
  return (
    url !== null && /^postgres(?:ql)?:$/.test(url.protocol) && url.hostname !== '' && url.pathname.length > 1
  );
}

function readDatabase(url: string): Database {
  if (!url.startsWith('sqlite:')) return { kind: 'postgres', url };
  // sqlite:///data/nectr.db, as other programs write an absolute path, is /data/nectr.db.
  return { kind: 'sqlite', path: url.replace(/^sqlite:(\/\/)?/, '') };
}

const keyRule =
  'must be 32 bytes in base64 (`openssl rand -base64 32` makes them), or several of them with commas, the new one first';

export const secretsKeys = z
  .string({ error: `is required with PostgreSQL, and ${keyRule}` })
  .transform((text) => text.split(',').map((key) => Buffer.from(key.trim(), 'base64')))
  .refine((keys) => keys.every((key) => key.length === KEY_BYTES), keyRule)
  .transform((keys): readonly Uint8Array[] => keys);
