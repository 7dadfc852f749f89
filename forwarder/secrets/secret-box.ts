// Secrets of webhooks ↔ what the store keeps of them: AES-256-GCM, bound to the repository, with the id of the key. A row
// that is copied to another repository, or changed, does not open.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface SecretBox {
  /** `v1.<key id>.<base64url of nonce, ciphertext and tag>` */
  seal(secret: string, repositoryId: number): string;
  /** @throws when no key of this box has sealed it, or not for this repository */
  open(sealed: string, repositoryId: number): string;
  /** Whether the first key has sealed it: the one that new secrets get. */
  isCurrent(sealed: string): boolean;
}

export const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits, here at random for each secret; far fewer than 2^32 are ever sealed with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([0-9a-f]{8})\.([\w-]+)$/;

/** The first key seals; all of them open, so that a key can be replaced while its secrets are still there. */
export function openSecretBox(keys: readonly Uint8Array[]): SecretBox {
  const byId = new Map(keys.map((key) => [computeKeyId(key), key]));
  const [current] = byId;
  if (!current) throw new Error('a secret box needs a key');
  const [currentId, currentKey] = current;
  return {
    seal: (secret, repositoryId) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', currentKey, nonce).setAAD(composeBinding(repositoryId));
      const parts = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `v1.${currentId}.${Buffer.concat(parts).toString('base64url')}`;
    },
    open: (sealed, repositoryId) => {
      const [, id, text] = FORM.exec(sealed) ?? [];
      const key = byId.get(id ?? '');
      if (text === undefined || !key) {
        throw new Error(
          `the secret of repository ${repositoryId} was sealed with another key (${id ?? 'none'}): ` +
            'put that key behind the new one in SECRETS_KEY, or connect the repository again',
        );
      }
      return decipher(key, Buffer.from(text, 'base64url'), repositoryId);
    },
    isCurrent: (sealed) => FORM.exec(sealed)?.[1] === currentId,
  };
}

function decipher(key: Uint8Array, bytes: Buffer, repositoryId: number): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(-TAG_BYTES);
  const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(composeBinding(repositoryId))
      .setAuthTag(tag);
    return Buffer.concat([cipher.update(text), cipher.final()]).toString('utf8');
  } catch (cause) {
    const message = `the secret of repository ${repositoryId} does not open: its row was changed or belongs to another`;
    throw new Error(message, { cause });
  }
}

/** Tells keys apart without telling anything about them. */
function computeKeyId(key: Uint8Array): string {
  return createHash('sha256').update('nectr key id').update(key).digest('hex').slice(0, 8);
}

function composeBinding(repositoryId: number): Buffer {
  return Buffer.from(`nectr webhook secret of repository ${repositoryId}`);
}
