// The key beside a SQLite file, made at the first start: whoever copies the database alone has no secret.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KEY_BYTES } from './secret-box.ts';

/** @throws an Error that names the file when it cannot be made or is no key */
export function readKeyFile(databasePath: string): Uint8Array {
  const path = `${databasePath}.key`;
  const text = readOrMake(databasePath, path);
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new Error(
    `${path} is no key of ${KEY_BYTES} bytes in base64: put the one back that belongs to the database.`,
  );
}

function readOrMake(databasePath: string, path: string): string {
  try {
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The database ${databasePath} cannot be used: ${problem}`, { cause });
  }
}
