// GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY → what speaks to GitHub.
import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import type { Credentials } from '../github/open-github.ts';

/** Both of the App's or neither, and not beside a token: whose rights count must be plain. */
export function composeCredentialsSchema(given: Readonly<Record<string, string>>) {
  const { GITHUB_TOKEN: token, GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: key } = given;
  const isApp = appId !== undefined || key !== undefined;
  const id = z
    .string({ error: 'is required with GITHUB_APP_PRIVATE_KEY' })
    .regex(/^\d{1,15}$/, "must be the App's id, a whole number")
    .refine(() => token === undefined, 'cannot stand beside GITHUB_TOKEN: take one of them away');
  const privateKey = z
    .string({ error: 'is required with GITHUB_APP_ID' })
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isPrivateKey, 'must be the private key of the App, as the PEM file that GitHub gave');
  return {
    GITHUB_TOKEN: z
      .string()
      .regex(/^[!-~]+$/, 'must be one word of printable ASCII characters')
      .optional(),
    GITHUB_APP_ID: isApp ? id : id.optional(),
    GITHUB_APP_PRIVATE_KEY: isApp ? privateKey : privateKey.optional(),
  };
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

interface GivenCredentials {
  readonly GITHUB_TOKEN?: string | undefined;
  readonly GITHUB_APP_ID?: string | undefined;
  readonly GITHUB_APP_PRIVATE_KEY?: string | undefined;
}

export function readCredentials(given: GivenCredentials): Credentials | undefined {
  const { GITHUB_TOKEN: token, GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: privateKey } = given;
  if (token !== undefined) return { token };
  return appId === undefined || privateKey === undefined ? undefined : { app: { appId, privateKey } };
}
